import type { AttributeValue } from '../../graph.ts';
import type { Constant, FloatGraph, FloatNode } from '../float_graph.ts';

/** A hardware layer that stands for one or two float nodes; FINN's name for it comes from its place. */
export interface Layer {
  readonly opType: string;
  readonly input: string;
  readonly output: string;
  /** Names and values, in the order of the layer's inputs. */
  readonly parameters: readonly LayerParameter[];
  /** In FINN's order. */
  readonly attributes: { readonly [name: string]: AttributeValue };
  /** The nodes it stands for. */
  readonly covers: readonly FloatNode[];
}

export interface LayerParameter {
  readonly name: string;
  readonly constant: Constant;
  readonly layout: readonly string[] | null;
}

/** What a rule may ask about the graph; shapes, layouts and datatypes are those of activation tensors. */
export interface Context {
  readonly graph: FloatGraph;
  readonly shapeOf: (tensor: string) => readonly number[];
  readonly layoutOf: (tensor: string) => readonly string[] | null;
  readonly datatypeOf: (tensor: string) => string;
  /** QONNX's name for a constant of a node, such as `MatMul_0_param0`. */
  readonly parameterName: (node: FloatNode) => string;
}
