import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Job, Runner } from '../../core/contracts/types.ts';
import { localRunner } from '../../runners/local.ts';
import { newAttempt } from '../rig/attempt.ts';
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
    await runner.submit({ label: 'test', attempt: newAttempt(), directory, ...job }),
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
  ).toEqual(['HOME', 'LANG', 'MINE', 'PATH', 'PIPELINE_JOB', 'TMPDIR']);
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

it('ends a process that left its session, and one that cleared its environment', async () => {
  const { exit, directory } = await outputOf(
    open(),
    shell('setsid sleep 600 & echo $! > left; env -i sleep 600 & echo $! > cleared'),
  );
  expect(exit).toEqual({ type: 'exited', code: 0 });
  for (const name of ['left', 'cleared'])
    expect(isRunning(Number(readFileSync(join(directory, name), 'utf8')))).toBe(false);
});

it('refuses the outputs of a job while a process that is not its own writes to them', async () => {
  // Neither in the session nor with the environment of the job: this cannot be told from a program of the user's.
  const { exit, directory } = await outputOf(
    open(),
    shell('env -i setsid sh -c "sleep 600 > out/x & echo \\$! > pid"; while ! test -e out/x; do :; done'),
  );
  const pid = Number(readFileSync(join(directory, 'pid'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  expect(exit).toMatchObject({
    type: 'finished',
    result: {
      ok: false,
      diagnostics: [
        { code: 'action/still-writing', message: `process ${pid} still has out/x open for writing` },
      ],
    },
  });
});

it('gives outputs the same modes whatever the umask of the user', async () => {
  const before = process.umask(0o177);
  try {
    const { directory } = await outputOf(open(), shell('touch out/x; mkdir out/d'));
    expect(statSync(join(directory, 'out/x')).mode & 0o777).toBe(0o644);
    expect(statSync(join(directory, 'out/d')).mode & 0o777).toBe(0o755);
  } finally {
    process.umask(before);
  }
});

it('names a command that is too long for the system as the fault', async () => {
  const { exit } = await outputOf(open(), shell(`: ${'x'.repeat(200_000)}`));
  expect(exit).toMatchObject({
    result: {
      diagnostics: [{ code: 'action/not-started', message: 'its command is too long for the system' }],
    },
  });
});

it('accepts a timeout longer than a timer of Node', async () => {
  const directory = temporaryFolder();
  const runner = open();
  const handle = await runner.submit({
    label: 'test',
    attempt: newAttempt(),
    directory,
    timeoutSeconds: 5e6,
    ...shell('true'),
  });
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

it('ends a job of a dead process, given only its attempt', async () => {
  const runner = open();
  const handle = await runner.submit({
    label: 'test',
    attempt: newAttempt(),
    directory: temporaryFolder(),
    ...shell('echo started; sleep 600'),
  });
  await open().recover(handle.attempt);
  expect(await runner.wait(handle, () => undefined)).toMatchObject({ type: 'signalled', signal: 'SIGTERM' });
});
