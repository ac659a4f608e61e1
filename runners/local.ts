import { mkdirSync } from 'node:fs';
import { execa } from 'execa';
import { problem } from '../base/diagnostic.ts';
import { endGroup, killGroup } from '../base/process-group.ts';
import { isAlive, startOf } from '../base/process-identity.ts';
import { failure } from '../base/result.ts';
import type { Exit, Handle, Job, Runner } from '../core/contracts/types.ts';
import type { Command } from './command.ts';
import { commandOf, temporaryFolderOf } from './command.ts';
import { removeContainer } from './container.ts';
import type { RunningJob } from './jobs.ts';
import { createJobs } from './jobs.ts';

/** Runs processes on this machine, each in a process group of its own. */
export function localRunner(path: string): Runner & { readonly abandon: () => void } {
  const jobs = createJobs(pidOf, (handle) => `process ${pidOf(handle)} was started by another program`);
  return {
    name: 'local',
    submit: (job) => {
      if (job.run.type !== 'process')
        throw new Error(`the local runner runs processes, not a ${job.run.type}`);
      mkdirSync(temporaryFolderOf(job), { recursive: true });
      const command = commandOf(job, job.run, path);
      const child = started(command, job);
      const pid = child.pid ?? -nextId++;
      const running = jobs.add(pid, () => stopped(command, child.pid, path), job.timeoutSeconds);
      follow(child, running, command);
      const { container } = command;
      const handle = { runner: 'local', pid, started: startOf(pid) };
      return Promise.resolve(
        container === null ? handle : { ...handle, container: container.name, engine: container.engine },
      );
    },
    wait: jobs.wait,
    cancel: jobs.cancel,
    /** Kills everything that is running, at once and without waiting: for a program that is exiting. */
    abandon: () => {
      // A program that could not be started has a number of ours, below 0.
      for (const pid of jobs.ids()) if (pid > 0) killGroup(pid);
    },
    async reap(handle) {
      const { container, engine, started } = handle;
      if (typeof container === 'string' && typeof engine === 'string')
        await removeContainer(engine, container, path);
      if (typeof started !== 'string') return;
      const pid = pidOf(handle);
      // The group may outlive its leader; its number is not given to a new process while any member lives.
      if (isAlive({ pid, started }) || startOf(pid) === null) await endGroup(pid);
    },
  };
}

type Child = ReturnType<typeof started>;

function started({ program, arguments: args, env }: Command, { directory }: Job) {
  return execa(program, args, {
    cwd: directory,
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
  });
}

async function stopped({ container }: Command, pid: number | undefined, path: string): Promise<void> {
  if (container !== null) await removeContainer(container.engine, container.name, path);
  if (pid !== undefined) await endGroup(pid);
}

/** Passes on the output of a process, and how it ended once nothing of its group is running. */
function follow(child: Child, job: RunningJob, { program }: Command): void {
  const { pid, stdout, stderr } = child;
  for (const stream of [stdout, stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      job.print(text);
    });
  // What it left running in the background would keep writing to a directory that is no longer its own. A process that left
  // the group still holds its output open; nothing waits for that.
  child.once('exit', () => {
    job.stopClock();
    if (pid !== undefined) void endGroup(pid);
    setTimeout(() => {
      for (const stream of [stdout, stderr]) stream.destroy();
    }, lingerMilliseconds).unref();
  });
  void child.then(async ({ signal, exitCode, code }) => {
    if (pid !== undefined) await endGroup(pid);
    job.settle(exitOf(program, signal, exitCode, code));
  });
}

function exitOf(
  program: string,
  signal: string | undefined,
  exitCode: number | undefined,
  code: string | undefined,
): Exit {
  if (signal !== undefined) return { type: 'signalled', signal };
  if (exitCode !== undefined) return { type: 'exited', code: exitCode };
  const message =
    code === 'ENOENT'
      ? `there is no program ${program}`
      : `${program} could not be started (${code ?? 'unknown'})`;
  const hint = 'programs are looked for on PATH';
  return { type: 'finished', result: failure(problem('action/not-started', message, { hint })) };
}

let nextId = 1;

/** How long output is still read after the process has ended. */
const lingerMilliseconds = 500;

function pidOf(handle: Handle): number {
  return handle['pid'] as number;
}
