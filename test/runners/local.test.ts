import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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

it('gives a process links in its HOME to what its surroundings name', async () => {
  const [own, directory] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(own, 'server.lic'), 'a licence\n');
  const runner = open();
  let output = '';
  const exit = await runner.wait(
    await runner.submit({
      label: 'test',
      attempt: newAttempt(),
      directory,
      ...shell('cat "$HOME/.Xilinx/server.lic" "$HOME/.Xilinx/a/b/server.lic"'),
      surroundings: {
        programs: {},
        path: [],
        env: {},
        home: { '.Xilinx/server.lic': join(own, 'server.lic'), '.Xilinx/a/b': own },
      },
    }),
    (text) => (output += text),
  );
  expect({ exit, output }).toMatchObject({
    exit: { type: 'exited', code: 0 },
    output: 'a licence\na licence\n',
  });
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
  expect(exit).toMatchObject({ type: 'exited', code: 0 });
  const pid = Number(readFileSync(join(directory, 'pid'), 'utf8'));
  expect(isRunning(pid)).toBe(false);
});

it('ends a process that left its session, and one that cleared its environment', async () => {
  const { exit, directory } = await outputOf(
    open(),
    shell('setsid sleep 600 & echo $! > left; env -i sleep 600 & echo $! > cleared'),
  );
  expect(exit).toMatchObject({ type: 'exited', code: 0 });
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
  expect(await runner.wait(handle, () => undefined)).toMatchObject({ type: 'exited', code: 0 });
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
  const directory = temporaryFolder();
  const handle = await runner.submit({
    label: 'test',
    attempt: newAttempt(),
    directory,
    ...shell('echo started; sleep 600'),
  });
  await open().recover(handle.attempt, directory);
  expect(await runner.wait(handle, () => undefined)).toMatchObject({ type: 'signalled', signal: 'SIGTERM' });
});

describe('after a kill,', () => {
  /** Starts a command as a job that is known by nothing but its attempt, and waits until it has written `ready`. */
  async function orphaned(command: string) {
    const [attempt, directory] = [newAttempt(), temporaryFolder()];
    const child = spawn('sh', ['-c', command], {
      cwd: directory,
      detached: true,
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], PIPELINE_JOB: attempt },
    });
    onTestFinished(() => {
      for (const name of readdirSync(directory)) killed(Number(readFileSync(join(directory, name), 'utf8')));
      child.unref();
    });
    await vi.waitFor(() => {
      expect(readFileSync(join(directory, 'ready'), 'utf8')).toMatch(/^\d+\n$/);
    });
    return { attempt, directory, pid: Number(readFileSync(join(directory, 'ready'), 'utf8')) };
  }
  const killed = (pid: number): void => {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  };

  it('a process that cleared its environment ends with the session that it is in', async () => {
    const { attempt, directory, pid } = await orphaned(
      'env -i sh -c \'trap "" TERM; echo $$ > ready; while :; do sleep 1; done\' & wait',
    );
    expect(await open().recover(attempt, directory)).toEqual({ type: 'ended' });
    expect(isRunning(pid)).toBe(false);
  });

  it('nothing starts while a process that may be part of the job is in its folder', async () => {
    const { attempt, directory, pid } = await orphaned("exec env -i sh -c 'echo $$ > ready; exec sleep 600'");
    expect(await open().recover(attempt, directory)).toEqual({
      type: 'uncertain',
      reason: `process ${pid} is in ${directory}, and may be part of it`,
    });
    expect(isRunning(pid)).toBe(true);
  });
});

it('sees who writes into the folder of a job that is named through a link', async () => {
  const link = join(temporaryFolder(), 'link');
  symlinkSync(temporaryFolder(), link);
  mkdirSync(join(link, 'out'));
  const runner = open();
  const command =
    'env -i setsid sh -c "sleep 600 > out/x & echo \\$! > pid"; while ! test -s pid; do :; done';
  const job = { label: 'test', attempt: newAttempt(), directory: link, ...shell(command) };
  const exit = await runner.wait(await runner.submit(job), () => undefined);
  process.kill(Number(readFileSync(join(link, 'pid'), 'utf8')), 'SIGKILL');
  expect(exit).toMatchObject({ result: { diagnostics: [{ code: 'action/still-writing' }] } });
});
