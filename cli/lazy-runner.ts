import { defined } from '../base/defined.ts';
import type { Runner } from '../core/contracts/types.ts';

type LoadedRunner = Runner & { readonly close?: () => Promise<void>; readonly abandon?: () => void };

export type LazyRunner = Required<LoadedRunner>;

/** A runner whose code is loaded when the first job comes. */
export function lazyRunner(name: string, load: () => Promise<LoadedRunner>): LazyRunner {
  let loading: Promise<LoadedRunner> | null = null;
  let loaded: LoadedRunner | null = null;
  const runner = () => (loading ??= load().then((runner) => (loaded = runner)));
  return {
    name,
    expectJob: () => void runner().then(({ expectJob }) => expectJob?.()),
    submit: async (job) => (await runner()).submit(job),
    wait: async (handle, onOutput) => (await runner()).wait(handle, onOutput),
    cancel: async (handle) => (await runner()).cancel(handle),
    recover: async (attempt, directory) => (await runner()).recover(attempt, directory),
    script: async (job) => defined((await runner()).script, `${name} runs processes`)(job),
    /** Releases what it holds, if it was loaded. */
    async close() {
      await (await loading)?.close?.();
    },
    /** Kills everything that is running, at once, if it was loaded. */
    abandon() {
      loaded?.abandon?.();
    },
  };
}
