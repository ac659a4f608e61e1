import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Job, Runner } from '../../core/contracts/types.ts';
import { localRunner } from '../../runners/local.ts';
import { temporaryFolder } from '../rig/project.ts';
import { isRunning } from '../rig/process.ts';
import { runnerContract } from './contract.ts';

const open = (): Runner => localRunner(process.env['PATH'] ?? '');
const shell = (command: string, env: Record<string, string> = {}): Pick<Job, 'run' | 'params'> => ({
  run: { type: 'process', argv: ['sh', '-c', command], env },
  params: {},
});

runnerContract('local', {
  open,
  talks: shell('echo one; echo two >&2'),
  fails: shell('exit 3'),
  hangs: shell('echo started; while :; do sleep 60; done'),
  isForProcesses: true,
  succeeded: (exit) => exit.type === 'exited' && exit.code === 0,
  failed: (exit) => exit.type === 'exited' && exit.code === 3,
});

async function outputOf(runner: Runner, job: Pick<Job, 'run' | 'params'>) {
  const directory = temporaryFolder();
  mkdirSync(join(directory, 'out'));
  let output = '';
  const exit = await runner.wait(
    await runner.submit({ label: 'test', directory, ...job }),
    (text) => (output += text),
  );
  return { exit, output, directory };
}

it('passes nothing of our own environment to a process', async () => {
  const { output, directory } = await outputOf(open(), shell('env', { MINE: 'yes' }));
  const names = output
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  expect(
    names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD', 'NODE_V8_COVERAGE'].includes(name ?? '')).sort(),
  ).toEqual(['HOME', 'LANG', 'MINE', 'PATH', 'TMPDIR']);
  expect(output).toContain(`HOME=${directory}\n`);
});

it('keeps a character intact that comes in two pieces, with other output between them', async () => {
  const { output } = await outputOf(
    open(),
    shell("printf '\\303'; sleep 0.05; printf x >&2; sleep 0.05; printf '\\251'"),
  );
  expect(Array.from(output).sort()).toEqual(['x', 'é']);
});

it('ends what a process left running in the background', async () => {
  const { exit, directory } = await outputOf(open(), shell('sleep 600 & echo $! > pid'));
  expect(exit).toEqual({ type: 'exited', code: 0 });
  const pid = Number(readFileSync(join(directory, 'pid'), 'utf8'));
  expect(isRunning(pid)).toBe(false);
});

it('does not wait for a process that left its group and holds its output open', async () => {
  const { exit, directory } = await outputOf(open(), shell('setsid sleep 600 & echo $! > pid'));
  expect(exit).toEqual({ type: 'exited', code: 0 });
  process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')), 'SIGKILL');
});

it('accepts a timeout longer than a timer of Node', async () => {
  const directory = temporaryFolder();
  const runner = open();
  const handle = await runner.submit({ label: 'test', directory, timeoutSeconds: 5e6, ...shell('true') });
  expect(await runner.wait(handle, () => undefined)).toEqual({ type: 'exited', code: 0 });
});

it('names a missing program', async () => {
  const { exit } = await outputOf(open(), {
    run: { type: 'process', argv: ['no-such-program'], env: {} },
    params: {},
  });
  expect(exit).toMatchObject({
    type: 'finished',
    result: {
      ok: false,
      diagnostics: [{ code: 'action/not-started', message: 'there is no program no-such-program' }],
    },
  });
});

it('ends a job of a dead process, given only its handle', async () => {
  const runner = open();
  const handle = await runner.submit({
    label: 'test',
    directory: temporaryFolder(),
    ...shell('echo started; sleep 600'),
  });
  await open().reap(handle);
  expect(await runner.wait(handle, () => undefined)).toMatchObject({ type: 'signalled', signal: 'SIGTERM' });
});
