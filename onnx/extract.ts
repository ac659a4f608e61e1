import type { OnnxModel, OnnxNode, ValueInfo } from './model.ts';

/** The part of a model that makes `outputs` of `inputs`, which are tensors of it; without nodes if they are the same. */
export function extract(
  { graph, ...model }: OnnxModel,
  inputs: readonly ValueInfo[],
  outputs: readonly ValueInfo[],
): OnnxModel {
  const given = new Set(inputs.map(({ name }) => name));
  const wanted = new Set(outputs.map(({ name }) => name));
  const nodes: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name) && !given.has(name))) continue;
    nodes.unshift(node);
    for (const name of node.inputs) wanted.add(name);
  }
  const used = new Set([...wanted, ...given, ...nodes.flatMap((node) => node.outputs)]);
  const kept = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...map].filter(([name]) => used.has(name)));
  return {
    ...model,
    graph: {
      ...graph,
      nodes,
      initializers: kept(graph.initializers),
      inputs,
      outputs,
      valueInfo: kept(graph.valueInfo),
      annotations: kept(graph.annotations),
    },
  };
}

/** Type and shape of a tensor of a model, as far as the file states them. */
export function infoOf({ graph }: OnnxModel, name: string): ValueInfo {
  const boundary = [...graph.inputs, ...graph.outputs].find((info) => info.name === name);
  return boundary ?? graph.valueInfo.get(name) ?? { name, elementType: 'float32', shape: null };
}
