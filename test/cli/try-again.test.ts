import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { cli, pipeline } from '../rig/command.ts';
import { projectWith, temporaryFolder } from '../rig/project.ts';

const failing = (command: string): string => `version: 1
stages: {a: {kind: shell, with: {command: 'echo plain; exit 1', outputs: [x]}}}
profiles: {lab: {stages: {a: {with: {command: '${command}'}}}}}
`;

/** Runs a printed line in a shell whose `pipeline` is the built command. */
async function typed(folder: string, line: string): Promise<{ readonly code: number; readonly out: string }> {
  const bin = temporaryFolder();
  writeFileSync(join(bin, 'pipeline'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`, {
    mode: 0o755,
  });
  const env = { PATH: `${bin}:${process.env['PATH']!}`, XDG_STATE_HOME: process.env['XDG_STATE_HOME'] ?? '' };
  const { exitCode, stdout } = await execa('sh', ['-c', line], {
    cwd: folder,
    env,
    extendEnv: false,
    reject: false,
  });
  return { code: exitCode ?? -1, out: stdout };
}

const line = (out: string, label: string): string =>
  new RegExp(`^  ${label}: (.*)$`, 'm').exec(out)?.[1] ?? `no line "${label}"`;

it.each([
  ['nothing', [], 'plain'],
  ['a profile', ['--profile', 'lab'], 'from lab'],
  ['a value with spaces and quotes', ['--set', `stages.a.with.command=echo "it's"; exit 2`], "it's"],
  ['a profile and values', ['--profile', 'lab', '--set', 'stages.a.timeout=1 h'], 'from lab'],
  ['another file in a folder with a space', ['-f', "my dir/it's.yaml", '--profile', 'lab'], 'from elsewhere'],
  ['another folder', ['-C', 'my dir', '--set', 'stages.a.timeout=2 h'], 'plain'],
])('what a failure says to try works as it is printed, with %s', async (_, options, printed) => {
  const folder = projectWith({ 'pipeline.yaml': failing('echo from lab; exit 1') });
  mkdirSync(join(folder, 'my dir'));
  for (const name of ["it's.yaml", 'pipeline.yaml'])
    writeFileSync(join(folder, 'my dir', name), failing('echo from elsewhere; exit 1'));
  const first = await pipeline(folder, 'run', ...options);
  expect(first.code).toBe(1);
  const again = await typed(folder, line(first.out, 'to try again'));
  expect(again.code).toBe(1);
  expect(again.out).toContain(`  │ ${printed}`);
  expect((await typed(folder, line(first.out, 'its whole output'))).out).toBe(printed);
});

it('run.sh of work of our own repeats it with the file, the profile and the values', async () => {
  const text = `version: 1
stages: {a: {kind: finn/preprocess, with: {model: 'good.onnx'}}}
profiles: {lab: {stages: {a: {with: {model: m.onnx}}}}}
`;
  const folder = projectWith({ "it's.yaml": text, 'm.onnx': 'no model' });
  const options = ['-f', "it's.yaml", '--profile', 'lab', '--set', 'stages.a.timeout=1 h'];
  const { code } = await pipeline(folder, 'run', ...options);
  expect(code).toBe(1);
  const script = readFileSync(join(folder, '.pipeline/failed/a/run.sh'), 'utf8');
  expect(script).toMatch(
    /exec pipeline run a -f 'it'\\''s\.yaml' --profile lab --set 'stages\.a\.timeout=1 h'$/m,
  );
});
