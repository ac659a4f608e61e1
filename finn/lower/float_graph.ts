import type { Tensor } from '../graph.ts';

/**
 * The network between QONNX and hardware: float operations with their constants beside them, in the order in which
 * FINN's passes see them. Shapes and datatypes are not stored; they follow from the input (see infer.ts).
 */

/** A constant operand. Arithmetic on it rounds to float32 after every operation, as numpy does for FINN. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** QONNX datatype name; `FLOAT32` unless the values come from a quantiser. */
  readonly datatype: string;
}

interface Place {
  /** The name the node has in the user's file; for a node that a pass made, that of the node it comes from. */
  readonly name: string;
  /** Names of the activation tensors; constants are not among them. */
  readonly inputs: readonly string[];
  readonly output: string;
}

export interface Affine extends Place {
  readonly op: 'Mul' | 'Div' | 'Add' | 'Sub';
  readonly constant: Constant;
}

export interface BatchNormalization extends Place {
  readonly op: 'BatchNormalization';
  readonly scale: Float32Array;
  readonly bias: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/** An activation quantiser; a bipolar one has one signed bit. */
export interface Quant extends Place {
  readonly op: 'Quant' | 'BipolarQuant';
  readonly scale: Constant;
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
}

/** `weights` are (inputs, outputs); `layout` is theirs where the file annotates one. */
export interface MatMul extends Place {
  readonly op: 'MatMul' | 'XnorPopcountMatMul';
  readonly weights: Constant;
  readonly layout: readonly string[] | null;
}

/** Counts the thresholds that a value reaches: `scale * count + bias`; thresholds are (channels or 1, steps). */
export interface MultiThreshold extends Place {
  readonly op: 'MultiThreshold';
  readonly thresholds: Constant;
  readonly scale: number;
  readonly bias: number;
  readonly datatype: string;
}

/** `shape` is resolved; FINN leaves some reshapes, and every Flatten, to the host. */
export interface Reshape extends Place {
  readonly op: 'Reshape' | 'Flatten';
  readonly shape: readonly number[];
  readonly host: boolean;
}

export interface Relu extends Place {
  readonly op: 'Relu';
}

/** Indices of the `k` largest values of the last axis. */
export interface TopK extends Place {
  readonly op: 'TopK';
  readonly k: number;
}

export type FloatNode = Affine | BatchNormalization | Quant | MatMul | MultiThreshold | Reshape | Relu | TopK;

export interface FloatGraph {
  /** In topological order. */
  readonly nodes: readonly FloatNode[];
  /** `layout` is null where the file annotates none. */
  readonly input: Tensor & { readonly name: string };
  /** Name of the output tensor. */
  readonly output: string;
}

/** The node that makes a tensor; undefined for the graph's input. */
export function producerOf(graph: FloatGraph, tensor: string): FloatNode | undefined {
  return graph.nodes.find((node) => node.output === tensor);
}

/** The only node that reads a node's output; undefined at a fork and where the output leaves the graph. */
export function consumerOf(graph: FloatGraph, node: FloatNode): FloatNode | undefined {
  const consumers = graph.nodes.filter((other) => other.inputs.includes(node.output));
  return consumers.length === 1 && node.output !== graph.output ? consumers[0] : undefined;
}
