import type { Exit, Handle } from '../core/contracts/types.ts';

/** A job of this process that is running, or has ended without being waited for yet. */
export interface RunningJob {
  /** The output of the job, held until something listens. */
  readonly print: (text: string) => void;
  /** Ends the job for a reason, which becomes its exit, however it ends. */
  readonly end: (reason: Exit) => Promise<void>;
  /** Why it is being ended; null while it runs freely. */
  readonly ending: () => Exit | null;
  /** It has ended, and none of its processes is running. */
  readonly settle: (exit: Exit) => void;
  /** Lifts the time limit. */
  readonly stopClock: () => void;
}

/** The jobs that a runner has in this process, by the numbers in their handles. */
export interface Jobs {
  /** Keeps a new job under its number. `stop` ends it at once; after `timeoutSeconds` it is ended as timed out. */
  readonly add: (id: number, stop: () => Promise<void>, timeoutSeconds: number | undefined) => RunningJob;
  readonly ids: () => Iterable<number>;
  readonly wait: (handle: Handle, onOutput: (text: string) => void) => Promise<Exit>;
  readonly cancel: (handle: Handle) => Promise<void>;
}

/**
 * The parts common to all runners whose jobs belong to this process: output, time limit and ending. `lost` explains a handle
 * of another process.
 */
export function createJobs(idOf: (handle: Handle) => number, lost: (handle: Handle) => string): Jobs {
  const jobs = new Map<number, Followed>();
  return {
    add(id, stop, timeoutSeconds) {
      const job = createJob(stop, timeoutSeconds);
      jobs.set(id, job);
      return job;
    },
    ids: () => jobs.keys(),
    async wait(handle, onOutput) {
      const job = jobs.get(idOf(handle));
      if (job === undefined) return { type: 'lost', reason: lost(handle) };
      job.listen(onOutput);
      const exit = await job.exit;
      jobs.delete(idOf(handle));
      return exit;
    },
    cancel: async (handle) => jobs.get(idOf(handle))?.end({ type: 'cancelled' }),
  };
}

interface Followed extends RunningJob {
  readonly exit: Promise<Exit>;
  readonly listen: (onOutput: (text: string) => void) => void;
}

function createJob(stop: () => Promise<void>, timeoutSeconds: number | undefined): Followed {
  const held: string[] = [];
  let print = (text: string): void => void held.push(text);
  let ending: Exit | null = null;
  const end = async (reason: Exit): Promise<void> => {
    ending ??= reason;
    await stop();
  };
  const clock =
    timeoutSeconds === undefined
      ? undefined
      : setTimeout(
          () => void end({ type: 'timed-out', seconds: timeoutSeconds }),
          Math.min(timeoutSeconds * 1000, longestTimer),
        );
  const stopClock = (): void => {
    clearTimeout(clock);
  };
  let settle!: (exit: Exit) => void;
  const exit = new Promise<Exit>((resolve) => {
    settle = (outcome) => {
      stopClock();
      resolve(ending ?? outcome);
    };
  });
  return {
    exit,
    end,
    settle,
    stopClock,
    ending: () => ending,
    print: (text) => {
      print(text);
    },
    listen(onOutput) {
      for (const text of held.splice(0)) onOutput(text);
      print = onOutput;
    },
  };
}

/** The longest time a timer of Node takes, in ms (24.8 days); a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;
