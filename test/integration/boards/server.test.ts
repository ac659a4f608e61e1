import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { conformance } from '../../boards/conformance/index.ts';
import type { ServerBuild } from '../rig/boards/server.ts';
import { buildForArm, buildNatively, startServer, xorSample } from '../rig/boards/server.ts';
import { counterpart } from '../rig/counterparts.ts';

counterpart('cmake', () => serverTests(buildNatively));
counterpart('arm', (qemu) => serverTests(() => buildForArm(qemu)));

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
