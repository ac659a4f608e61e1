/**
 * An ONNX model in memory, as plain data: the part of ONNX that FINN's flow reads and writes, without protobuf.
 * Maps keep the order of the file.
 */

export type ElementType =
  | 'float32'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

export type TensorValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * A constant; `values` are in C order, and their number is the product of `shape` (1 for a scalar). For a model read from a
 * file they are a fresh copy at each access.
 */
export interface OnnxTensor {
  readonly elementType: ElementType;
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

export type OnnxAttribute =
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: OnnxTensor };

export interface OnnxNode {
  /** May be empty; ONNX does not require names. */
  readonly name: string;
  readonly opType: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Names of tensors; an empty name is an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** Type of a tensor; a dimension that is not fixed is null, as is a shape that is not stated. */
export interface ValueInfo {
  readonly name: string;
  readonly elementType: ElementType;
  readonly shape: readonly (number | null)[] | null;
}

export interface OnnxGraph {
  readonly name: string;
  /** In topological order. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Without initializers, which old files list here as well. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Inner tensors and, in FINN's files, initializers. */
  readonly valueInfo: ReadonlyMap<string, ValueInfo>;
  /** QONNX's annotations per tensor, such as `finn_datatype` and `tensor_layout`. */
  readonly annotations: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface OnnxModel {
  /** Version per operator domain. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: OnnxGraph;
}
