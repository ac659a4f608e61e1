/** Runs a limited number of tasks at a time, in the order they were added; those that take no slot run at once. */
export interface Slots {
  readonly add: (task: () => Promise<void>, takesSlot: boolean) => void;
  readonly whileBusy: (work: Promise<void>) => void;
  readonly idle: () => Promise<void>;
}

export function createSlots(limit: number): Slots {
  const queue: (() => Promise<void>)[] = [];
  const free: (() => Promise<void>)[] = [];
  let running = 0;
  let busy = 0;
  let problem: { readonly error: unknown } | null = null;
  let finish: { resolve: () => void; reject: (error: unknown) => void } | null = null;
  const pump = (): void => {
    for (const task of free.splice(0)) {
      busy++;
      void settle(task(), () => busy--);
    }
    for (const task of queue.splice(0, Math.max(0, limit - running))) {
      running++;
      void settle(task(), () => running--);
    }
    if (running + busy > 0 || finish === null) return;
    if (problem === null) finish.resolve();
    else finish.reject(problem.error);
  };
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
  return {
    add(task, takesSlot) {
      if (problem !== null) return;
      (takesSlot ? queue : free).push(task);
      // Only from the next tick on, so that a whole round of look-ups finishes before anything starts.
      if (queue.length + free.length === 1) queueMicrotask(pump);
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
