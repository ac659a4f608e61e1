import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { encodeKey, makeKey } from '../../../boards/keys.ts';
import { cli } from '../../rig/command.ts';
import { projectWith, temporaryFolder } from '../../rig/project.ts';

/** `pipeline boards install` with an ssh that is this shell script, and no compiler. */
async function install(ssh: string) {
  const folder = projectWith({
    'pipeline.yaml': `version: 1
stages: {a: {kind: shell, with: {command: 'touch out/x', outputs: [x]}}}
cluster: {zed0: {board: zedboard, address: off0}, zed1: {board: zedboard, address: off1}}
`,
    'cluster.key': `${encodeKey(makeKey())}\n`,
  });
  chmodSync(join(folder, 'cluster.key'), 0o600);
  const bin = temporaryFolder();
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n${ssh}\n`, { mode: 0o755 });
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, XDG_DATA_HOME: folder };
  const began = performance.now();
  const result = await execa(process.execPath, [cli, 'boards', 'install'], {
    cwd: folder,
    env,
    extendEnv: false,
    reject: false,
  });
  const { exitCode, stdout, stderr } = result;
  return { exitCode, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}

it('asks the boards before it compiles their server, and compiles nothing if none can be reached', async () => {
  const refused = 'echo "ssh: connect to host off port 22: Connection refused" >&2; exit 255';
  const { exitCode, stdout, stderr } = await install(refused);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr.match(/^error\[.*$/gm)).toEqual([
    'error[ssh/unreachable]: ssh cannot reach zed0 (off0): ssh: connect to host off port 22: Connection refused',
    'error[ssh/unreachable]: ssh cannot reach zed1 (off1): ssh: connect to host off port 22: Connection refused',
  ]);
});

it('waits for all of them at once, and not for long', async () => {
  const { exitCode, stdout, stderr, seconds } = await install('exec sleep 60');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr.match(/^error\[/gm)).toHaveLength(2);
  expect(seconds).toBeLessThan(20);
});
