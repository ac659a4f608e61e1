import type { OnnxModel } from './model.ts';
import { renamed, tensorNames } from './renamed.ts';

/**
 * The model that computes `first` and then `second`, whose only input is the only output of `first`. Where both have a
 * tensor of the same name, that of `second` gets another one.
 */
export function inSeries(first: OnnxModel, second: OnnxModel): OnnxModel {
  const [link] = first.graph.outputs;
  const [input] = second.graph.inputs;
  if (!link || !input) throw new Error('models in series have a boundary in common');
  if (second.graph.nodes.length === 0) return first;
  const taken = new Set(tensorNames(first));
  const names = new Map([...tensorNames(second)].map((name) => [name, freeName(name, taken)]));
  const { graph } = renamed(second, names.set(input.name, link.name));
  return {
    opsets: new Map([...first.opsets, ...second.opsets]),
    metadata: first.metadata,
    graph: {
      name: first.graph.name,
      nodes: [...first.graph.nodes, ...graph.nodes],
      initializers: new Map([...first.graph.initializers, ...graph.initializers]),
      inputs: first.graph.inputs,
      outputs: graph.outputs,
      valueInfo: new Map([...first.graph.valueInfo, ...graph.valueInfo]),
      annotations: new Map([...graph.annotations, ...first.graph.annotations]),
    },
  };
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  while (taken.has(free)) free += '_';
  taken.add(free);
  return free;
}
