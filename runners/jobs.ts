import { problem } from '../base/diagnostic.ts';
import type { AttemptId, Exit, Handle } from '../core/contracts/types.ts';

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

/** The jobs that a runner has in this process, by their attempts. */
export interface Jobs {
  /** Keeps a new job. `stop` ends it at once; after `timeoutSeconds` it is ended as timed out. */
  readonly add: (
    attempt: AttemptId,
    stop: () => Promise<void>,
    timeoutSeconds: number | undefined,
  ) => RunningJob;
  readonly wait: (handle: Handle, onOutput: (text: string) => void) => Promise<Exit>;
  readonly cancel: (handle: Handle) => Promise<void>;
}

/** The parts common to all runners whose jobs belong to this process: output, time limit and ending. */
export function createJobs(): Jobs {
  const jobs = new Map<AttemptId, Followed>();
  return {
    add(attempt, stop, timeoutSeconds) {
      const job = createJob(stop, timeoutSeconds);
      jobs.set(attempt, job);
      return job;
    },
    async wait({ attempt }, onOutput) {
      const job = jobs.get(attempt);
      if (job === undefined) return lostJob;
      job.listen(onOutput);
      const exit = await job.exit;
      jobs.delete(attempt);
      return exit;
    },
    cancel: async ({ attempt }) => jobs.get(attempt)?.end({ type: 'cancelled' }),
  };
}

const lostJob: Exit = {
  type: 'lost',
  diagnostic: problem('infrastructure/lost', 'the job was submitted by another program'),
};

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
