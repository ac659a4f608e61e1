import type { OnnxModel, OnnxNode, ValueInfo } from './model.ts';

/** The model with other names for some of its tensors. */
export function renamed(model: OnnxModel, names: ReadonlyMap<string, string>): OnnxModel {
  const rename = (name: string): string => names.get(name) ?? name;
  const info = (value: ValueInfo): ValueInfo => ({ ...value, name: rename(value.name) });
  const node = (each: OnnxNode): OnnxNode => ({
    ...each,
    inputs: each.inputs.map(rename),
    outputs: each.outputs.map(rename),
  });
  const keys = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...map].map(([name, value]) => [rename(name), value]));
  const { graph } = model;
  return {
    ...model,
    graph: {
      name: graph.name,
      nodes: graph.nodes.map(node),
      initializers: keys(graph.initializers),
      inputs: graph.inputs.map(info),
      outputs: graph.outputs.map(info),
      valueInfo: new Map([...graph.valueInfo.values()].map((value) => [rename(value.name), info(value)])),
      annotations: keys(graph.annotations),
    },
  };
}

/** The names of all tensors of a model. */
export function tensorNames({ graph }: OnnxModel): ReadonlySet<string> {
  return new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.outputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]).filter((name) => name !== ''),
  ]);
}
