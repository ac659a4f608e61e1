import { existsSync, realpathSync } from 'node:fs';
import { problem } from '../base/diagnostic.ts';
import type { JobProcesses } from '../base/job-processes.ts';
import { findingByToken, processIn, processesOfJob, writerBelow } from '../base/job-processes.ts';
import { isMachineFailure, machineFailure } from '../base/machine-failure.ts';
import type { RunningProcess } from '../base/processes.ts';
import { endProcesses, killProcesses } from '../base/processes.ts';
import { failure } from '../base/result.ts';
import type { AttemptId, Exit, Job, Recovery, Runner, Usage } from '../core/contracts/types.ts';
import type { Command } from './command.ts';
import { commandOf } from './command.ts';
import { removeContainer, removeContainers } from './container.ts';
import { prepareHome } from './home.ts';
import type { RunningJob } from './jobs.ts';
import { createJobs } from './jobs.ts';
import { memoryKills, wasKilled } from './memory-kills.ts';
import { scriptOf } from './script.ts';
import type { ProcessEnd, StartedProcess } from './start-process.ts';
import { startProcess } from './start-process.ts';
import type { UsageWatch } from './usage.ts';
import { watchUsage } from './usage.ts';

/** Runs processes on this machine, each in a session of its own and with its attempt in the environment. */
export function localRunner(path: string): Runner & { readonly abandon: () => void } {
  const jobs = createJobs();
  const running = new Map<AttemptId, Started>();
  return {
    name: 'local',
    submit: (job) => {
      if (job.run.type !== 'process')
        throw new Error(`the local runner runs processes, not a ${job.run.type}`);
      prepareHome(job);
      const command = commandOf(job, job.run, path);
      const started = start(command, job);
      running.set(job.attempt, started);
      const stop = async (): Promise<void> => {
        if (command.container !== null) await removeContainer(command.container, job.attempt, path);
        await endProcesses(started.processes.members);
      };
      void follow(started, jobs.add(job.attempt, stop, job.timeoutSeconds), command).then(() =>
        running.delete(job.attempt),
      );
      return Promise.resolve({ runner: 'local', attempt: job.attempt });
    },
    wait: jobs.wait,
    cancel: jobs.cancel,
    /** Kills everything that is running, at once and without waiting: for a program that is exiting. */
    abandon: () => {
      for (const { processes } of running.values()) killProcesses(processes.members);
    },
    script(job) {
      if (job.run.type !== 'process') throw new Error(`a ${job.run.type} has no command`);
      return Promise.resolve(scriptOf(job, job.run, path));
    },
    async recover(attempt, directory): Promise<Recovery> {
      await removeContainers(attempt, path);
      const left = await endProcesses(findingByToken(attempt));
      if (left.length > 0) return { type: 'uncertain', reason: `process ${left.join(', ')} cannot be ended` };
      // It may have cleared its environment, or be the user's shell: nothing shows which.
      const other = existsSync(directory) ? processIn(realpathSync(directory)) : null;
      if (other === null) return { type: 'ended' };
      return { type: 'uncertain', reason: `process ${other} is in ${directory}, and may be part of it` };
    },
  };
}

interface Started {
  readonly process: StartedProcess;
  /** Without links, as the system names the files that are open. */
  readonly directory: string;
  readonly processes: JobProcesses;
  readonly usage: UsageWatch;
  /** How many processes the kernel had killed because memory ran out before it began. */
  readonly killsBefore: number;
}

function start(command: Command, { attempt, directory }: Job): Started {
  const folder = realpathSync.native(directory);
  const killsBefore = memoryKills();
  // Whatever the user's setting: the modes of outputs must not depend on it.
  const mask = process.umask(0o022);
  const started = startProcess(command, directory);
  process.umask(mask);
  return {
    process: started,
    directory: folder,
    processes: processesOfJob(started.child?.pid, attempt),
    usage: watchUsage(started.child?.pid ?? 0),
    killsBefore,
  };
}

/** Passes on the output of a process, and how it ended once nothing that it started is running. */
async function follow(started: Started, job: RunningJob, command: Command) {
  const { process: own, directory, processes, usage, killsBefore } = started;
  const streams = [own.child?.stdout, own.child?.stderr];
  for (const stream of streams)
    stream?.setEncoding('utf8').on('data', (text: string) => {
      job.print(text);
    });
  const ended = new Promise<readonly number[]>((resolve) => {
    own.child?.once('exit', () => {
      job.stopClock();
      // What it left running in the background still holds its output open; so does, for good, what is not the job's own.
      resolve(endProcesses(processes.members));
      setTimeout(() => {
        for (const stream of streams) stream?.destroy();
      }, lingerMilliseconds).unref();
    });
  });
  const end = await own.ended;
  const used = usage.stop();
  const ranOut = wasKilled(end) && memoryKills() > killsBefore;
  // A program that could not be started leaves nothing.
  const left = own.child?.pid === undefined ? [] : await ended;
  job.settle(
    left.length > 0
      ? notEnded(left)
      : (stillWriting(directory, processes.candidates()) ??
          (ranOut ? { type: 'out-of-memory' } : exitOf(command.program, used, end))),
  );
}

/** How long output is still read after the process has ended. */
const lingerMilliseconds = 500;

function exitOf(program: string, usage: Usage, end: ProcessEnd): Exit {
  switch (end.type) {
    case 'signalled':
      return end;
    case 'exited':
      return { ...end, usage };
    case 'not-started':
      return notStarted(program, end.cause);
  }
}

function notStarted(program: string, cause: unknown): Exit {
  const { code = 'unknown' } = cause as NodeJS.ErrnoException;
  if (isMachineFailure(cause) && !faultsOfCommand.includes(code))
    return { type: 'lost', diagnostic: machineFailure(cause) };
  const [message, hint] =
    code === 'ENOENT'
      ? [`there is no program ${program}`, 'programs are looked for on PATH']
      : code === 'E2BIG'
        ? ['its command is too long for the system', 'put it into a file of the project, and run that']
        : [`${program} could not be started (${code})`, 'it must be a program that may be executed'];
  return { type: 'finished', result: failure(problem('action/not-started', message, { hint })) };
}

/** Why a program does not start that are not the machine's fault. */
const faultsOfCommand = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENOEXEC', 'E2BIG', 'ELOOP', 'unknown'];

function notEnded(left: readonly number[]): Exit {
  const message = `process ${left.join(', ')}, which it started, cannot be ended`;
  const hint = 'it may still write into the outputs, which are not used; end it, and run again';
  return { type: 'lost', diagnostic: problem('infrastructure/lost', message, { hint }) };
}

/** A process that is not the job's, and so not ours to end, but has one of its files open for writing. */
function stillWriting(directory: string, processes: readonly RunningProcess[]): Exit | null {
  const writer = writerBelow(directory, processes);
  if (writer === null) return null;
  const file = writer.path.slice(directory.length + 1);
  const message = `process ${writer.pid} still has ${file} open for writing`;
  const hint = 'a background process must end before the command that started it';
  return { type: 'finished', result: failure(problem('action/still-writing', message, { hint })) };
}
