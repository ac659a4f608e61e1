import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { isAlive, startOf } from '../base/process-identity.ts';
import type { Exit, Handle, Runner, Surroundings } from '../core/contracts/types.ts';
import { inContainer, removeContainer } from './container.ts';
import { endGroup, killGroup } from '../base/process-group.ts';
import { longestTimer } from './timer.ts';

interface Running {
  readonly exit: Promise<Exit>;
  readonly listen: (onOutput: (text: string) => void) => void;
  readonly cancel: () => Promise<void>;
}

/**
 * Runs a process on this machine, in a process group of its own and with no environment but what is declared: the spec's,
 * the given PATH, and HOME and TMPDIR inside the work directory.
 */
export function localRunner(path: string): Runner & { readonly abandon: () => void } {
  const jobs = new Map<number, Running>();
  return {
    name: 'local',
    async submit(job) {
      if (job.run.type !== 'process')
        throw new Error(`the local runner runs processes, not a ${job.run.type}`);
      const [program = '', ...args] = job.run.argv;
      const temporary = join(job.directory, 'tmp');
      mkdirSync(temporary, { recursive: true });
      const { programs, container, ...surroundings } = job.surroundings ?? noSurroundings;
      const env = {
        LANG: 'C.UTF-8',
        ...surroundings.env,
        ...job.run.env,
        HOME: job.directory,
        TMPDIR: temporary,
      };
      const wrapped =
        container === undefined
          ? null
          : inContainer(container, job.run.argv, job.directory, env, surroundings.path);
      const [started = '', ...given] = wrapped?.argv ?? [programs[program] ?? program, ...args];
      const child = execa(started, given, {
        cwd: job.directory,
        env: wrapped === null ? { ...env, PATH: [...surroundings.path, path].join(':') } : { PATH: path },
        extendEnv: false,
        detached: true,
        cleanup: false,
        stdin: 'ignore',
        buffer: false,
        reject: false,
      });
      let ending: Exit | null = null;
      const end = async (reason: Exit): Promise<void> => {
        ending ??= reason;
        if (wrapped !== null && container !== undefined)
          await removeContainer(container.engine, wrapped.name, path);
        if (child.pid !== undefined) await endGroup(child.pid);
      };
      const { timeoutSeconds } = job;
      const timeout =
        timeoutSeconds === undefined
          ? null
          : setTimeout(
              () => void end({ type: 'timed-out', seconds: timeoutSeconds }),
              Math.min(timeoutSeconds * 1000, longestTimer),
            );
      const held: string[] = [];
      let listener = (text: string): void => void held.push(text);
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          listener(text);
        });
      // What it left running in the background would go on writing into a directory that is no longer its own; what got
      // out of its group still holds its output open, which nobody waits for.
      child.once('exit', () => {
        if (timeout !== null) clearTimeout(timeout);
        if (child.pid !== undefined) void endGroup(child.pid);
        setTimeout(() => {
          for (const stream of [child.stdout, child.stderr]) stream.destroy();
        }, lingerMilliseconds).unref();
      });
      const exit = child.then(async (result): Promise<Exit> => {
        if (child.pid !== undefined) await endGroup(child.pid);
        if (ending !== null) return ending;
        if (result.signal !== undefined) return { type: 'signalled', signal: result.signal };
        if (result.exitCode !== undefined) return { type: 'exited', code: result.exitCode };
        return { type: 'finished', result: { ok: false, diagnostics: [notStarted(started, result.code)] } };
      });
      const pid = child.pid ?? -nextId++;
      jobs.set(pid, {
        exit,
        listen(onOutput) {
          held.splice(0).forEach(onOutput);
          listener = onOutput;
        },
        cancel: () => end({ type: 'cancelled' }),
      });
      const handle = { runner: 'local', pid, started: startOf(pid) };
      return wrapped === null || container === undefined
        ? handle
        : { ...handle, container: wrapped.name, engine: container.engine };
    },
    async wait(handle, onOutput) {
      const job = jobs.get(pidOf(handle));
      if (job === undefined)
        return { type: 'lost', reason: `process ${pidOf(handle)} was started by another program` };
      job.listen(onOutput);
      const exit = await job.exit;
      jobs.delete(pidOf(handle));
      return exit;
    },
    async cancel(handle) {
      await jobs.get(pidOf(handle))?.cancel();
    },
    /** Kills everything that runs, at once and without waiting: for a program that ends itself. */
    abandon() {
      for (const pid of jobs.keys()) killGroup(pid);
    },
    async reap(handle) {
      if (handle['container'] !== undefined)
        await removeContainer(String(handle['engine']), String(handle['container']), path);
      const started = (handle['started'] ?? null) as string | null;
      if (started === null) return;
      // The group may outlive its leader; its number is not given to a new process while any member lives.
      const isOurs = isAlive({ pid: pidOf(handle), started }) || startOf(pidOf(handle)) === null;
      if (isOurs) await endGroup(pidOf(handle));
    },
  };
}

const noSurroundings: Surroundings = { programs: {}, path: [], env: {} };

let nextId = 1;

/** How long output is read on after the process has ended. */
const lingerMilliseconds = 500;

function pidOf(handle: Handle): number {
  return handle['pid'] as number;
}

function notStarted(program: string, code: string | undefined) {
  const message =
    code === 'ENOENT'
      ? `there is no program ${program}`
      : `${program} could not be started (${code ?? 'unknown'})`;
  return {
    code: 'action/not-started',
    severity: 'error',
    message,
    hint: 'programs are looked for on PATH',
  } as const;
}
