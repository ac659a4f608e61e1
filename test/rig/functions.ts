import { join } from 'node:path';
import type { Builtin, Exit, Runner } from '../../core/contracts/types.ts';

/** Runs builtins as plain functions of this process. */
export function functionRunner(builtins: { readonly [name: string]: Builtin }): Runner {
  const exits = new Map<number, Promise<Exit>>();
  return {
    name: 'functions',
    submit({ run, params, directory, world = {}, exitCode = null }) {
      if (run.type === 'process') throw new Error('functions are no processes');
      const builtin = builtins[run.name];
      if (builtin === undefined) throw new Error(`this test has no builtin "${run.name}"`);
      const job = { params, inDir: join(directory, 'in'), outDir: join(directory, 'out'), world, exitCode };
      const id = exits.size;
      exits.set(
        id,
        builtin({ ...job, log: () => undefined }).then((result) => ({ type: 'finished', result })),
      );
      return Promise.resolve({ runner: 'functions', id });
    },
    wait: (handle) => exits.get(handle['id'] as number)!,
    cancel: () => Promise.resolve(),
    reap: () => Promise.resolve(),
  };
}
