import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import type { Exit, Runner, Work } from '../../core/contracts/types.ts';

/** Runs works as plain functions of this process. */
export function functionRunner(works: { readonly [name: string]: Work }): Runner {
  const exits = new Map<number, Promise<Exit>>();
  return {
    name: 'functions',
    submit({ run, params, directory, world, exitCode }) {
      if (run.type === 'process') throw new Error('functions are not processes');
      const work = defined(works[run.name], `the test has a work "${run.name}"`);
      const [inDir, outDir] = [join(directory, 'in'), join(directory, 'out')];
      const id = exits.size;
      exits.set(
        id,
        work({
          params,
          inDir,
          outDir,
          world: world ?? null,
          exitCode: exitCode ?? null,
          log: () => undefined,
          now: () => Date.now(),
          elapsed: () => performance.now(),
        }).then((result) => ({ type: 'finished', result })),
      );
      return Promise.resolve({ runner: 'functions', id });
    },
    wait: (handle) => defined(exits.get(handle['id'] as number), 'the job was submitted here'),
    cancel: () => Promise.resolve(),
    reap: () => Promise.resolve(),
  };
}
