import { infoOf } from '../../onnx/extract.ts';
import type { OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from '../../onnx/model.ts';
import { versionOf } from '../operators/index.ts';

/** Look-ups in a model, each of a tensor by its name. */
export interface View {
  /** The shape if every axis has a size. */
  readonly shapeOf: (name: string) => readonly number[] | null;
  readonly typeOf: (name: string) => ValueInfo['elementType'];
  readonly constantOf: (name: string) => OnnxTensor | null;
  readonly producerOf: (name: string) => OnnxNode | null;
  readonly readersOf: (name: string) => readonly OnnxNode[];
  readonly isOutput: (name: string) => boolean;
  /** Whether it follows from an input of the network. */
  readonly isActivation: (name: string) => boolean;
  /** The version of the operator set that a node is from. */
  readonly versionOf: (node: OnnxNode) => number;
}

/** Look-ups in a model whose nodes are sorted. */
export function viewOf(model: OnnxModel): View {
  const { graph, opsets } = model;
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const readers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes)
    for (const name of new Set(node.inputs)) readers.set(name, [...(readers.get(name) ?? []), node]);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const activations = new Set(graph.inputs.map(({ name }) => name));
  for (const node of graph.nodes)
    if (node.inputs.some((name) => activations.has(name)))
      for (const name of node.outputs) activations.add(name);
  return {
    shapeOf: (name) => {
      const constant = graph.initializers.get(name);
      if (constant) return constant.shape;
      const { shape } = infoOf(model, name);
      return shape?.every((extent) => extent !== null) === true ? shape : null;
    },
    typeOf: (name) => (graph.initializers.get(name) ?? infoOf(model, name)).elementType,
    constantOf: (name) => graph.initializers.get(name) ?? null,
    producerOf: (name) => producers.get(name) ?? null,
    readersOf: (name) => readers.get(name) ?? [],
    isOutput: (name) => outputs.has(name),
    isActivation: (name) => activations.has(name),
    versionOf: (node) => versionOf(node, opsets),
  };
}
