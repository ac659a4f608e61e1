import { defined } from '../base/defined.ts';

/**
 * FINN's hardware graph in memory: the contents of `dataflow.onnx` without protobuf.
 * Shapes are FINN's "normal" shapes (NHWC, batch first); datatypes are QONNX names such as `INT2`, `UINT8`, `BIPOLAR`.
 */

/** The dialect that this front end reads and writes; others are refused. */
export const dialect = 'finn-plus 1.6.1';

export type AttributeValue = number | string | readonly number[] | readonly string[];

export interface HardwareNode {
  /** FINN's unique name, such as `MVAU_hls_0`. */
  readonly name: string;
  /** Such as `MVAU_hls`. */
  readonly opType: string;
  /** Such as `finn.custom_op.fpgadataflow.hls`. */
  readonly domain: string;
  /** Names of tensors; activations first, then parameters, in FINN's order. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** In FINN's order of insertion. */
  readonly attributes: { readonly [name: string]: AttributeValue };
}

export interface Tensor {
  readonly shape: readonly number[];
  /** QONNX datatype name. */
  readonly datatype: string;
  /** QONNX layout such as `['N', 'H', 'W', 'C']`, or null if FINN has no annotation. */
  readonly layout: readonly string[] | null;
}

export interface HardwareGraph {
  /** In topological order, as FINN numbers them. */
  readonly nodes: readonly HardwareNode[];
  /** Every tensor by name: inputs, outputs, inner activations and parameters. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Values of parameter tensors, C order; every one is an integer that float32 holds exactly. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Names of the graph's input and output tensors (one each for a submodel). */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The tensor of this name, which the graph uses; if it is missing, the code that made the graph has a bug. */
export function tensorOf({ tensors }: Pick<HardwareGraph, 'tensors'>, name: string): Tensor {
  return defined(tensors.get(name), `the hardware graph uses the tensor ${name}`);
}
