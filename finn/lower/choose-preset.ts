import type { FloatGraph } from './float-graph.ts';
import type { Route } from './route.ts';

/** The preset for a network whose user names none: by FINN's default steps unless they cannot lower what is in it. */
export function presetFor({ nodes }: FloatGraph): Route['preset'] {
  const read = new Set<string>();
  for (const { inputs } of nodes)
    for (const name of inputs) {
      if (read.has(name)) return 'residual';
      read.add(name);
    }
  return 'default';
}
