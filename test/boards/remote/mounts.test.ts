import { execFileSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import { forgottenFolder, mountsScript } from '../../../boards/remote/mounts.ts';

const mounts = (...lines: readonly string[]): string =>
  [...lines, 'kept /etc /etc', 'kept /var/lib /var/lib'].join('\n');

describe('folders that a reboot empties', () => {
  test.each([
    ['a card', ['mount /dev/root / ext4 rw,relatime 0 0', 'mount run /run tmpfs rw 0 0'], null],
    ['an initial RAM disk', ['mount none / rootfs rw 0 0'], { folder: '/etc', type: 'rootfs' }],
    [
      'a root that covers an initial RAM disk',
      ['mount rootfs / rootfs rw 0 0', 'mount /dev/mmcblk0p2 / ext4 rw 0 0'],
      null,
    ],
    [
      'a card with /var in memory, as Petalinux has it for logs',
      ['mount /dev/root / ext4 rw 0 0', 'mount tmpfs /var tmpfs rw 0 0'],
      { folder: '/var/lib', type: 'tmpfs' },
    ],
    ['a folder of a like name', ['mount /dev/root / ext4 rw 0 0', 'mount tmpfs /var/li tmpfs rw 0 0'], null],
    [
      'an overlay that keeps changes in memory',
      [
        'mount tmpfs /media/rw tmpfs rw 0 0',
        'mount overlay / overlay rw,lowerdir=/media/ro,upperdir=/media/rw/up,workdir=/media/rw/work 0 0',
      ],
      { folder: '/etc', type: 'tmpfs' },
    ],
    [
      'an overlay that keeps them on a card',
      ['mount /dev/mmcblk0p3 /media/rw ext4 rw 0 0', 'mount overlay / overlay rw,upperdir=/media/rw/up 0 0'],
      null,
    ],
    ['nothing known', [], null],
  ])('are found on %s', (_, lines, expected) => {
    expect(forgottenFolder(mounts(...lines))).toEqual(expected);
  });

  it('are looked for with a script that this shell understands', () => {
    const output = execFileSync('sh', ['-c', mountsScript], { encoding: 'utf8' });
    expect(output).toMatch(/^mount \S+ \/ \S+ /m);
    expect(output).toMatch(/^kept \/etc \/etc$/m);
  });
});
