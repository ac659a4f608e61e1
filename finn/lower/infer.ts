import { datatype } from '../datatype.ts';
import { broadcastShape } from './constant.ts';
import type { FloatGraph, FloatNode } from './float_graph.ts';
import { unsupported } from './refuse.ts';

/** Shape of every activation tensor, by name. */
export function inferShapes(graph: FloatGraph): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map([[graph.input.name, graph.input.shape]]);
  for (const node of graph.nodes) shapes.set(node.output, outputShape(node, shapes.get(node.inputs[0]!)!));
  return shapes;
}

/**
 * QONNX layout of every activation tensor, by name: that of the input as annotated, or else as its number of dimensions
 * suggests, and handed on from there (QONNX 1.0.0 `InferDataLayouts`); null where nothing suggests one.
 */
export function inferLayouts(graph: FloatGraph): ReadonlyMap<string, readonly string[] | null> {
  const shapes = inferShapes(graph);
  const { name, shape, layout } = graph.input;
  const layouts = new Map([[name, layout ?? layoutsOfInput[shape.length] ?? null]]);
  for (const node of graph.nodes) {
    const rank = shapes.get(node.output)!.length;
    const before = layouts.get(node.inputs[0]!) ?? [];
    // QONNX does not mind whether the layout has as many axes as the tensor.
    const kept = rank !== 2 && before.length > 0;
    layouts.set(node.output, kept ? before : (layoutsBehind[rank] ?? null));
  }
  return layouts;
}

const layoutsBehind: { readonly [rank: number]: readonly string[] } = {
  2: ['N', 'C'],
  3: ['N', 'W', 'C'],
  4: ['N', 'H', 'W', 'C'],
};
const layoutsOfInput: typeof layoutsBehind = { ...layoutsBehind, 4: ['N', 'C', 'H', 'W'] };

/** QONNX datatype of every activation tensor, by name (QONNX 1.0.0 `InferDataTypes`). */
export function inferDatatypes(graph: FloatGraph): ReadonlyMap<string, string> {
  const types = new Map([[graph.input.name, graph.input.datatype]]);
  for (const node of graph.nodes) types.set(node.output, outputDatatype(node, types.get(node.inputs[0]!)!));
  return types;
}

/** Shape a node makes of its input; refuses shapes that do not fit. */
export function outputShape(node: FloatNode, input: readonly number[]): readonly number[] {
  switch (node.op) {
    case 'MatMul':
    case 'XnorPopcountMatMul':
      if (input.at(-1) !== node.weights.shape[0])
        throw unsupported(
          node,
          `multiplies [${input.join(', ')}] by [${node.weights.shape.join(', ')}]`,
          'the inner dimensions must agree',
        );
      return [...input.slice(0, -1), node.weights.shape[1]!];
    case 'Reshape':
    case 'Flatten':
      return node.shape;
    case 'TopK':
      return [...input.slice(0, -1), node.k];
    case 'Mul':
    case 'Div':
    case 'Add':
    case 'Sub': {
      const shape = broadcastShape(input, node.constant.shape);
      if (shape?.length === input.length && shape.every((size, axis) => size === input[axis])) return shape;
      throw unsupported(
        node,
        `has a constant of shape [${node.constant.shape.join(', ')}] for [${input.join(', ')}]`,
        'use one value, or one per channel',
      );
    }
    case 'BatchNormalization':
    case 'Quant':
    case 'BipolarQuant':
    case 'MultiThreshold':
    case 'Relu':
      return input;
  }
}

function outputDatatype(node: FloatNode, input: string): string {
  switch (node.op) {
    case 'Mul':
    case 'Add':
    case 'Sub':
      return macDatatype([input, node.constant.datatype], node.op === 'Sub');
    case 'MatMul':
      return macDatatype([input, node.weights.datatype], false);
    case 'XnorPopcountMatMul':
      return 'UINT32';
    case 'MultiThreshold':
      return Number.isInteger(node.scale) && Number.isInteger(node.bias) ? node.datatype : 'FLOAT32';
    case 'Reshape':
    case 'Flatten':
      return input;
    case 'Div':
    case 'BatchNormalization':
    case 'Quant':
    case 'BipolarQuant':
    case 'Relu':
    case 'TopK':
      return 'FLOAT32';
  }
}

function macDatatype(names: readonly string[], mayNegate: boolean): string {
  const types = names.map(datatype);
  if (!types.every((type) => type.integer)) return 'FLOAT32';
  return mayNegate || types.some((type) => type.signed) ? 'INT32' : 'UINT32';
}
