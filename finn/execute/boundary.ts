import { Refusal } from '../../base/refusal.ts';
import type { HardwareGraph } from '../graph.ts';

/** The name of the graph's only input; refuses graphs with another number of them. */
export function soleInput({ inputs }: HardwareGraph): string {
  return sole(inputs, 'input');
}

/** The name of the graph's only output; refuses graphs with another number of them. */
export function soleOutput({ outputs }: HardwareGraph): string {
  return sole(outputs, 'output');
}

function sole(names: readonly string[], what: string): string {
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw new Refusal(
      'finn/several-boundaries',
      `the graph has ${names.length} ${what}s, but only one is supported`,
    );

  return name;
}
