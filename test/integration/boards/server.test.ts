import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { conformance } from '../../boards/conformance/index.ts';
import type { ServerBuild } from '../rig/boards/server.ts';
import { buildFor32Bits, buildForArm, buildNatively, startServer, xorSample } from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';

counterpart('cmake', () => serverTests(buildNatively));
counterpart('arm', (qemu) => serverTests(() => buildForArm(qemu)));
counterpart('m32', () => serverTests(buildFor32Bits));

function serverTests(build: () => ServerBuild | Promise<ServerBuild>): void {
  let server: ServerBuild;
  beforeAll(async () => {
    server = await build();
  }, 600_000);
  const output = (program: string, ...args: readonly string[]): string => {
    const { folder, interpreter } = server;
    const [command, ...before] = [...interpreter, join(folder, program)];
    return execFileSync(command, [...before, ...args], { encoding: 'utf8' });
  };

  test('the program is small, prints its version and passes its self-test', () => {
    expect(statSync(join(server.folder, 'pipeline-board')).size).toBeLessThan(3e6);
    expect(output('pipeline-board', '--version')).toMatch(/^pipeline-board \d+\.\d+\.\d+, protocol 2\n$/);
    expect(output('pipeline-board', '--help')).toContain('--selftest');
    const lines = output('pipeline-board', '--selftest').trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ +/))).toEqual(
      ['checksum', 'digests', 'tags', 'packing'].map((what) => ['ok', what]),
    );
  });

  test('packs and unpacks as FINN does', () => {
    expect(output('packing', 'test/golden/packing.json')).toBe('18 vectors equal\n');
  });

  test('no shape is too large for the numbers of the processor', () => {
    const bytes = (datatype: string, ...shape: readonly number[]) =>
      output('packing', '--bytes', datatype, ...shape.map(String)).trimEnd();
    expect(bytes('INT32', 2 ** 24)).toBe('67108864');
    expect(bytes('INT3', 2 ** 24, 1)).toBe('16777216');
    // 4 and 0 bytes in 32 bits.
    for (const columns of [2 ** 24 + 1, 2 ** 27 + 1, 2 ** 27, 2 ** 31, 2 ** 32, 0])
      expect(bytes('INT32', 1, columns)).toBe('package/damaged');
    for (const rows of [2 ** 16, 2 ** 24, 2 ** 32])
      expect(bytes('BIPOLAR', rows, rows)).toBe('package/damaged');
  });

  describe('every server', () => {
    conformance(() => {
      const middle = { shape: [1, 64], datatype: 'INT2' };
      return Promise.resolve({
        start: (directory, name, key) => startServer(server, directory, name, key),
        halves: [
          xorSample(0x5a, { shape: [1, 28, 28, 1], datatype: 'UINT8' }, middle),
          xorSample(0xc3, middle, { shape: [1, 4], datatype: 'UINT8' }),
        ],
        payloadFile: 'emulated.json',
        longBatch: 12_000,
        nonsenseCode: 'package/damaged',
      });
    });
  });
}
