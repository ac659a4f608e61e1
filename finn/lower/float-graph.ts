import type { Tensor } from '../graph.ts';
import type { Some } from './some.ts';

/**
 * The network between QONNX and hardware: float operations with their constants, in the order in which FINN's passes see
 * them. Shapes and datatypes are not stored; they follow from the input (see infer.ts).
 */

/** A constant operand. Arithmetic on it is rounded to float32 after every operation, as numpy does for FINN. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** QONNX datatype name; `FLOAT32` unless the values come from a quantiser. */
  readonly datatype: string;
}

interface NodeBase {
  /** The node's name in the user's file; for a node that a pass made, the name of the node it comes from. */
  readonly name: string;
  /** Names of the activation tensors; constants are not among them. */
  readonly inputs: Some<string>;
  readonly output: string;
}

export interface Affine extends NodeBase {
  readonly op: 'Mul' | 'Div' | 'Add' | 'Sub';
  readonly constant: Constant;
}

/** The sum of two activations of one shape. */
export interface Sum extends NodeBase {
  readonly op: 'Sum';
}

export interface BatchNormalization extends NodeBase {
  readonly op: 'BatchNormalization';
  readonly scale: Float32Array;
  readonly bias: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/** An activation quantiser; a bipolar one has one signed bit. */
export interface Quant extends NodeBase {
  readonly op: 'Quant' | 'BipolarQuant';
  readonly scale: Constant;
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
}

/** `weights` are (inputs, outputs); `layout` is their layout if the file annotates one. */
export interface MatMul extends NodeBase {
  readonly op: 'MatMul' | 'XnorPopcountMatMul';
  readonly weights: Constant;
  readonly layout: readonly string[] | null;
}

/** How a kernel moves over an image; pairs are for height and width. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** Of an NCHW image; `weights` are (outputs, inputs or 1, kernel height, kernel width), one kernel per channel if `depthwise`. */
export interface Conv extends NodeBase {
  readonly op: 'Conv';
  readonly weights: Constant;
  readonly layout: readonly string[] | null;
  readonly window: Window;
  readonly depthwise: boolean;
}

/** Windows of an NHWC image, one after the other in the last axis as (kernel height, kernel width, channels). */
export interface Im2Col extends NodeBase {
  readonly op: 'Im2Col';
  readonly window: Window;
  readonly depthwise: boolean;
}

/** One kernel per channel times its windows; `weights` are (channels, 1, kernel height, kernel width). */
export interface DepthwiseMatMul extends NodeBase {
  readonly op: 'DepthwiseMatMul';
  readonly weights: Constant;
  readonly layout: readonly string[] | null;
}

/** `channelsLast` says whether the image is NHWC rather than NCHW. */
export interface MaxPool extends NodeBase {
  readonly op: 'MaxPool';
  readonly window: Window;
  readonly channelsLast: boolean;
}

/** Without padding. */
export interface AveragePool extends NodeBase {
  readonly op: 'AveragePool';
  readonly window: Window;
}

/** Drops the lowest bits. In version 1 of the operator, scales do not change and a Mul precedes it. */
export interface Trunc extends NodeBase {
  readonly op: 'Trunc';
  readonly version: 1 | 2;
  readonly scale: Constant;
  readonly outputScale: Constant;
  readonly inputBits: number;
  readonly outputBits: number;
}

/** The sum over a square window of integers of `inputBits`, without its lowest bits. */
export interface QuantAvgPool extends NodeBase {
  readonly op: 'QuantAvgPool2d';
  readonly window: Window;
  readonly channelsLast: boolean;
  readonly inputBits: number;
  readonly outputBits: number;
  readonly signed: boolean;
}

/** Of an NCHW image. */
export interface GlobalAveragePool extends NodeBase {
  readonly op: 'GlobalAveragePool';
}

/** The sum of each channel of an NHWC image of so many pixels. */
export interface GlobalAccPool extends NodeBase {
  readonly op: 'GlobalAccPool';
  readonly pixels: number;
}

/** Every pixel as a block of equal ones; `factors` are for height and width. */
export interface Upsample extends NodeBase {
  readonly op: 'Upsample';
  readonly factors: readonly [number, number];
  readonly channelsLast: boolean;
}

/** Several activations one after the other along `axis`; `extents` are their sizes along it. */
export interface Concat extends NodeBase {
  readonly op: 'Concat';
  readonly axis: number;
  readonly extents: readonly number[];
}

/** An activation divided along `axis` into several of these `extents`; `output` is the first of them, and `others` follow it. */
export interface Split extends NodeBase {
  readonly op: 'Split';
  readonly axis: number;
  readonly extents: readonly number[];
  readonly others: readonly string[];
}

/**
 * Counts the thresholds that a value reaches: `scale * count + bias`; thresholds are (channels or 1, steps). `layout`
 * says where the channels are, as QONNX writes it: `NC`, `NCHW`, `NHWC`.
 */
export interface MultiThreshold extends NodeBase {
  readonly op: 'MultiThreshold';
  readonly thresholds: Constant;
  readonly scale: number;
  readonly bias: number;
  readonly datatype: string;
  readonly layout: string;
}

/** `shape` is resolved. FINN leaves some reshapes, and every Flatten, to the host. */
export interface Reshape extends NodeBase {
  readonly op: 'Reshape' | 'Flatten';
  readonly shape: readonly number[];
  readonly host: boolean;
  /** Whether it keeps the first axis and merges the others into one: a Flatten, or a Reshape to [1, -1]. */
  readonly rows: boolean;
}

export interface Transpose extends NodeBase {
  readonly op: 'Transpose';
  readonly perm: readonly number[];
}

export interface Relu extends NodeBase {
  readonly op: 'Relu';
}

/** Indices of the `k` largest values of the last axis. */
export interface TopK extends NodeBase {
  readonly op: 'TopK';
  readonly k: number;
}

export type FloatNode =
  | Affine
  | AveragePool
  | BatchNormalization
  | Concat
  | Conv
  | DepthwiseMatMul
  | GlobalAccPool
  | GlobalAveragePool
  | Im2Col
  | MatMul
  | MaxPool
  | MultiThreshold
  | Quant
  | QuantAvgPool
  | Relu
  | Reshape
  | Split
  | Sum
  | TopK
  | Transpose
  | Trunc
  | Upsample;

export interface FloatGraph {
  /** In topological order. */
  readonly nodes: readonly FloatNode[];
  /** `layout` is null if the file annotates none. */
  readonly input: Tensor & { readonly name: string };
  /** Name of the output tensor. */
  readonly output: string;
}

/** The permutations between images with channels first and with channels last. */
export const channelsLast: readonly number[] = [0, 2, 3, 1];
export const channelsFirst: readonly number[] = [0, 3, 1, 2];

/** Whether a node is a transpose by a permutation. */
export function transposesTo(node: FloatNode | undefined, perm: readonly number[]): node is Transpose {
  return (
    node?.op === 'Transpose' &&
    node.perm.length === perm.length &&
    node.perm.every((axis, index) => axis === perm[index])
  );
}

/** Names of the tensors that a node makes, in order. */
export function outputsOf(node: FloatNode): Some<string> {
  return node.op === 'Split' ? [node.output, ...node.others] : [node.output];
}

/** Whether branches meet at a node. */
export function isJoin({ inputs }: FloatNode): boolean {
  return inputs.length > 1;
}

/** Whether a node is arithmetic with a constant. */
export function isAffine(node: FloatNode): node is Affine {
  return ['Mul', 'Div', 'Add', 'Sub'].includes(node.op);
}

/** The weights, thresholds or operand of a node; null if it has none. */
export function constantOf(node: FloatNode): Constant | null {
  if ('weights' in node) return node.weights;
  if ('thresholds' in node) return node.thresholds;
  return 'constant' in node ? node.constant : null;
}
