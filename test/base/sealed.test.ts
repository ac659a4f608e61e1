import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { macWith, readSealed, writeSealed } from '../../base/sealed.ts';
import { temporaryFolder } from '../rig/project.ts';

const value = { command: 'echo 5', list: [1, null, 'ü'] };

describe('a sealed file', () => {
  it('is read as it was written, under the same name only', () => {
    const path = join(temporaryFolder(), 'deep', 'file');
    writeSealed(path, 'receipt a', value);
    expect(readSealed(path, 'receipt a')).toEqual(value);
    expect(readSealed(path, 'receipt b')).toBeNull();
  });

  it('counts as missing after any flipped bit, and cut anywhere', () => {
    const path = join(temporaryFolder(), 'file');
    writeSealed(path, 'it', value);
    const whole = readFileSync(path);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(path, damaged);
      expect(readSealed(path, 'it')).toBeNull();
    }
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(readSealed(path, 'it')).toBeNull();
    }
  });

  it('with a key counts only with that key', () => {
    const path = join(temporaryFolder(), 'file');
    const [mine, theirs] = [macWith(Buffer.alloc(32, 1)), macWith(Buffer.alloc(32, 2))];
    writeSealed(path, 'plan', value, theirs);
    expect(readSealed(path, 'plan', mine)).toBeNull();
    writeSealed(path, 'plan', value);
    expect(readSealed(path, 'plan', mine)).toBeNull();
    writeSealed(path, 'plan', value, mine);
    expect(readSealed(path, 'plan', mine)).toEqual(value);
  });

  it('is never a link, a pipe or a folder', () => {
    const folder = temporaryFolder();
    writeSealed(join(folder, 'real'), 'it', value);
    symlinkSync('real', join(folder, 'link'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    mkdirSync(join(folder, 'folder'));
    for (const name of ['link', 'pipe', 'folder', 'nothing'])
      expect(readSealed(join(folder, name), 'it')).toBeNull();
  });

  it('takes the place of whatever is there', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'file', 'inside'), { recursive: true });
    writeSealed(join(folder, 'file'), 'it', value);
    expect(readSealed(join(folder, 'file'), 'it')).toEqual(value);
    writeSealed(join(folder, 'file', 'below'), 'it', value);
    expect(readSealed(join(folder, 'file', 'below'), 'it')).toEqual(value);
  });
});
