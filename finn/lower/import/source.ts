import type { OnnxNode, OnnxTensor } from '../../../onnx/model.ts';
import type { Constant, FloatNode } from '../float_graph.ts';
import { unsupported } from '../refuse.ts';

/** A constant that came out of a quantiser: `integers` times `scale`. */
export interface QuantisedConstant {
  readonly integers: Constant;
  readonly scale: Constant;
  /** As the file annotates it. */
  readonly layout: readonly string[] | null;
}

/** What one input of an ONNX node is. */
export type Operand =
  | { readonly kind: 'activation'; readonly tensor: string; readonly shape: readonly number[] }
  | { readonly kind: 'constant'; readonly tensor: OnnxTensor }
  | { readonly kind: 'quantised'; readonly value: QuantisedConstant };

/** An ONNX node with its operands looked up; an optional input left out is null. */
export interface Source {
  readonly node: OnnxNode;
  /** For messages; the output's name where the node has none. */
  readonly name: string;
  readonly op: string;
  readonly operands: readonly (Operand | null)[];
  /** The layout that the file annotates at the first output, or null. */
  readonly layout: readonly string[] | null;
}

/** What a node becomes: float nodes, a constant, or nothing but its input under another name. */
export type Imported =
  { readonly nodes: readonly FloatNode[] } | { readonly constant: Operand } | { readonly same: string };

export type ImportRule = (source: Source) => Imported;

/** The activation at an input; refuses constants and missing inputs. */
export function activationAt(source: Source, index: number): Operand & { readonly kind: 'activation' } {
  const operand = source.operands[index];
  if (operand?.kind === 'activation') return operand;
  throw unsupported(source, `needs an activation at input ${index}`, 'fold constants before exporting');
}

/** The float32 constant at an input. */
export function constantAt(source: Source, index: number): Constant {
  const tensor = tensorAt(source, index);
  if (!(tensor.values instanceof Float32Array))
    throw unsupported(source, `has a ${tensor.elementType} constant at input ${index}`, 'use float32');
  return { shape: tensor.shape, values: tensor.values, datatype: 'FLOAT32' };
}

/** The integer values of a constant such as a shape. */
export function integersAt(source: Source, index: number): readonly number[] {
  return Array.from(tensorAt(source, index).values, Number);
}

/** The single value of a constant. */
export function numberAt(source: Source, index: number): number {
  const { values } = tensorAt(source, index);
  if (values.length === 1) return Number(values[0]);
  throw unsupported(source, `has ${values.length} values at input ${index}`, 'one value is supported there');
}

/** An int attribute, or what ONNX assumes where it is absent. */
export function integerAttribute(source: Source, name: string, absent: number): number {
  const attribute = source.node.attributes.get(name);
  return attribute?.type === 'int' ? attribute.value : absent;
}

/** A float attribute, or what ONNX assumes where it is absent. */
export function floatAttribute(source: Source, name: string, absent: number): number {
  const attribute = source.node.attributes.get(name);
  return attribute?.type === 'float' ? attribute.value : absent;
}

function tensorAt(source: Source, index: number): OnnxTensor {
  const operand = source.operands[index];
  if (operand?.kind === 'constant') return operand.tensor;
  throw unsupported(source, `needs a constant at input ${index}`, 'make it an initializer of the model');
}
