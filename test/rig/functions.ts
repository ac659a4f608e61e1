import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import type { Exit, Runner, Work } from '../../core/contracts/types.ts';

/** Runs works as plain functions of this process. */
export function functionRunner(works: { readonly [name: string]: Work }): Runner {
  const exits = new Map<string, Promise<Exit>>();
  return {
    name: 'functions',
    submit({ attempt, run, params, directory, world, fileNames, exitCode }) {
      if (run.type === 'process') throw new Error('functions are not processes');
      const work = defined(works[run.name], `the test has a work "${run.name}"`);
      const [inDir, outDir] = [join(directory, 'in'), join(directory, 'out')];
      exits.set(
        attempt,
        work({
          params,
          inDir,
          outDir,
          world: world ?? null,
          fileNames: fileNames ?? {},
          exitCode: exitCode ?? null,
          log: () => undefined,
          now: () => Date.now(),
          elapsed: () => performance.now(),
        }).then((result) => ({ type: 'finished', result })),
      );
      return Promise.resolve({ runner: 'functions', attempt });
    },
    wait: (handle) => defined(exits.get(handle.attempt), 'the job was submitted here'),
    cancel: () => Promise.resolve(),
    recover: () => Promise.resolve({ type: 'ended' }),
  };
}
