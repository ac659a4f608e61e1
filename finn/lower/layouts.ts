import { permuted } from '../permute.ts';
import type { FloatNode } from './float-graph.ts';

/** A QONNX layout such as `['N', 'C']`; null if nothing suggests one. */
export type TensorLayout = readonly string[] | null;

/** Layout of the network's input: as annotated, otherwise as its number of dimensions suggests (QONNX 1.0.0 `InferDataLayouts`). */
export function inputLayout(annotated: TensorLayout, rank: number): TensorLayout {
  return annotated ?? (rank === 4 ? ['N', 'C', 'H', 'W'] : suggested(rank));
}

/** Layout of a node's output; `input` is the layout of its first input (QONNX 1.0.0 `InferDataLayouts`). */
export function outputLayout(
  node: FloatNode,
  input: TensorLayout,
  inputRank: number,
  rank: number,
): TensorLayout {
  switch (node.op) {
    case 'Transpose':
      return permutedLayout(input, node.perm);
    case 'MultiThreshold':
      return rank === 2 ? suggested(rank) : stated(node.layout, rank);
    case 'QuantAvgPool2d':
      return stated(node.channelsLast ? 'NHWC' : 'NCHW', rank);
    case 'Im2Col':
    case 'XnorPopcountMatMul':
    case 'Quant':
    case 'BipolarQuant':
    case 'Trunc':
      return customLayout(input, inputRank, rank);
    case 'MaxPool':
      return node.channelsLast ? customLayout(input, inputRank, rank) : standardLayout(input, rank);
    default:
      return standardLayout(input, rank);
  }
}

/** After an operator of QONNX or FINN: the layout of the input if it has as many axes. */
export function customLayout(input: TensorLayout, inputRank: number, rank: number): TensorLayout {
  return rank !== 2 && inputRank === rank && input !== null && input.length > 0 ? input : suggested(rank);
}

/** After an operator of ONNX: the layout of the input, whether or not it has as many axes. */
export function standardLayout(input: TensorLayout, rank: number): TensorLayout {
  return rank !== 2 && input !== null && input.length > 0 ? input : suggested(rank);
}

/** The layout with its axes permuted; null if the permutation is for another number of axes. */
export function permutedLayout(layout: TensorLayout, perm: readonly number[]): TensorLayout {
  return layout?.length === perm.length ? permuted(layout, perm) : null;
}

function suggested(rank: number): TensorLayout {
  return { 2: ['N', 'C'], 3: ['N', 'W', 'C'], 4: ['N', 'H', 'W', 'C'] }[rank] ?? null;
}

function stated(layout: string, rank: number): TensorLayout {
  return layout.length === rank && layout !== 'NCW' ? Array.from(layout) : null;
}
