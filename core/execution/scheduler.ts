import { member } from '../../base/member.ts';
import type { Amounts } from '../contracts/plan.ts';

/** Something to run. */
export interface Task {
  readonly run: () => Promise<void>;
  /** What it takes while it runs; null if it takes nothing, and so starts at once. */
  readonly uses: Amounts | null;
  /** Runs while nothing else that takes something does. */
  readonly isAlone: boolean;
  /** Tasks with a higher one start first; of equal ones the earlier. */
  readonly priority: number;
}

export interface Limits {
  /** Tasks at a time. */
  readonly jobs: number;
  /** What there is of each resource; one that is not named is unlimited. */
  readonly resources: Amounts;
}

/** Runs tasks within limits. */
export interface Scheduler {
  readonly add: (task: Task) => void;
  readonly whileBusy: (work: Promise<void>) => void;
  readonly idle: () => Promise<void>;
}

/**
 * A task that needs more of a resource than there is gets all of it. Where a task waits for a resource, no task behind it takes
 * any of that: one that needs much would otherwise wait until everything that needs little has run.
 */
export function createScheduler(limits: Limits): Scheduler {
  const queue: Task[] = [];
  const free: Task[] = [];
  const running = new Set<Task>();
  const inUse = new Map<string, number>();
  let busy = 0;
  let isPumping = false;
  let problem: { readonly error: unknown } | null = null;
  let finish: { resolve: () => void; reject: (error: unknown) => void } | null = null;

  const settle = async (work: Promise<void>, release: () => void): Promise<void> => {
    try {
      await work;
    } catch (error) {
      problem ??= { error };
      queue.length = 0;
      free.length = 0;
    }
    release();
    pump();
  };
  const take = (task: Task, sign: 1 | -1): void => {
    for (const [name, amount] of Object.entries(task.uses ?? {}))
      inUse.set(name, (inUse.get(name) ?? 0) + sign * atMost(amount, member(limits.resources, name)));
  };
  const start = (task: Task): void => {
    running.add(task);
    take(task, 1);
    void settle(task.run(), () => {
      running.delete(task);
      take(task, -1);
    });
  };
  const lacking = ({ uses }: Task): readonly string[] =>
    Object.entries(uses ?? {})
      .filter(([name, amount]) => {
        const limit = member(limits.resources, name);
        return limit !== undefined && (inUse.get(name) ?? 0) + atMost(amount, limit) > limit;
      })
      .map(([name]) => name);
  const startWhatFits = (): void => {
    const awaited = new Set<string>();
    for (let at = 0; at < queue.length && running.size < limits.jobs;) {
      const task = queue[at];
      if (task === undefined || [...running].some(({ isAlone }) => isAlone)) return;
      if (task.isAlone && running.size > 0) return;
      const missing = lacking(task);
      if (missing.length === 0 && !Object.keys(task.uses ?? {}).some((name) => awaited.has(name))) {
        queue.splice(at, 1);
        start(task);
        continue;
      }
      for (const name of missing) awaited.add(name);
      // Everything needs a core.
      if (awaited.has('cores')) return;
      at++;
    }
  };
  const pump = (): void => {
    isPumping = false;
    for (const { run } of free.splice(0)) {
      busy++;
      void settle(run(), () => busy--);
    }
    startWhatFits();
    if (running.size + busy > 0 || finish === null) return;
    if (problem === null) finish.resolve();
    else finish.reject(problem.error);
  };
  return {
    add(task) {
      if (problem !== null) return;
      if (task.uses === null) free.push(task);
      else queue.splice(placeIn(queue, task), 0, task);
      // Only from the next tick on, so that a whole round of look-ups finishes before anything starts.
      if (!isPumping) queueMicrotask(pump);
      isPumping = true;
    },
    whileBusy(work) {
      busy++;
      void settle(work, () => busy--);
    },
    idle: () =>
      new Promise((resolve, reject) => {
        finish = { resolve, reject };
        pump();
      }),
  };
}

function atMost(amount: number, limit: number | undefined): number {
  return limit === undefined ? amount : Math.min(amount, limit);
}

/** Behind all tasks of the same priority or a higher one. */
function placeIn(queue: readonly Task[], { priority }: Task): number {
  let [from, to] = [0, queue.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((queue[middle]?.priority ?? 0) >= priority) from = middle + 1;
    else to = middle;
  }
  return from;
}
