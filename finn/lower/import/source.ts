import type { OnnxNode, OnnxTensor } from '../../../onnx/model.ts';
import type { Constant, FloatNode } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { Some } from '../some.ts';

/** A constant after its quantiser: `integers` times `scale`. */
export interface QuantisedConstant {
  readonly integers: Constant;
  readonly scale: Constant;
  /** As annotated in the file. */
  readonly layout: readonly string[] | null;
  /** The name of its quantiser. */
  readonly position: number;
}

/** A tensor that follows from the network's input. */
export interface Activation {
  readonly kind: 'activation';
  readonly tensor: string;
  readonly shape: readonly number[];
}

/** The kinds of inputs that an ONNX node can have. */
export type Operand =
  | Activation
  | { readonly kind: 'constant'; readonly tensor: OnnxTensor }
  | { readonly kind: 'quantised'; readonly value: QuantisedConstant };

/** An ONNX node with its operands resolved; an omitted optional input is null. */
export interface ResolvedNode {
  readonly node: OnnxNode;
  /** For messages; the output's name if the node has no name. */
  readonly name: string;
  readonly op: string;
  readonly operands: readonly (Operand | null)[];
  /** The layout that the file annotates at the first output, or null. */
  readonly layout: readonly string[] | null;
  /** Version of the operators of its domain. */
  readonly version: number;
  /** Version of the file's QONNX operators; 1 by default, as in QONNX. */
  readonly quantiserVersion: number;
  /** Among all nodes. */
  readonly position: number;
}

/**
 * The chain of float nodes that replaces a node, and when FINN separates each from the next: with the bias, or with the
 * scale of the quantiser at some position.
 */
export interface Chain {
  readonly nodes: Some<FloatNode>;
  /** One fewer than the nodes. */
  readonly parts: readonly ('bias' | number)[];
}

/** What replaces a node: float nodes, a constant, or its input under another name. */
export type Imported = Chain | { readonly operand: Operand };

export type ImportRule = (source: ResolvedNode) => Imported;

/** A chain of one. */
export function only(node: FloatNode): Chain {
  return { nodes: [node], parts: [] };
}

/** The name and wiring of a node that reads the activation at input 0; refuses a constant there. */
export function placed(
  source: ResolvedNode,
  output = outputOf(source),
): { readonly name: string; readonly inputs: Some<string>; readonly output: string } {
  return { name: source.name, inputs: [activationAt(source, 0).tensor], output };
}

/** The name of an output; empty if the node has none there, which is how ONNX writes an omitted optional output. */
export function outputOf({ node }: ResolvedNode, index = 0): string {
  return node.outputs[index] ?? '';
}

/** The activation at an input; refuses constants and missing inputs. */
export function activationAt(source: ResolvedNode, index: number): Activation {
  const operand = source.operands[index];
  if (operand?.kind === 'activation') return operand;
  throw unsupported(source, `requires an activation at input ${index}`, 'fold constants before exporting');
}

/** The quantised weights at an input; refuses activations and floats. */
export function quantisedAt(source: ResolvedNode, index: number): QuantisedConstant {
  const operand = source.operands[index];
  if (operand?.kind === 'quantised') return operand.value;
  throw unsupported(
    source,
    operand?.kind === 'constant' ? 'has weights that are not quantised' : 'multiplies two activations',
    'put a Quant or BipolarQuant of constant weights at its second input',
  );
}

/** The float32 constant at an input. */
export function constantAt(source: ResolvedNode, index: number): Constant {
  const tensor = tensorAt(source, index);
  // Read once, since each access copies.
  const { values } = tensor;
  if (!(values instanceof Float32Array))
    throw unsupported(source, `has a ${tensor.elementType} constant at input ${index}`, 'use float32');
  return { shape: tensor.shape, values, datatype: 'FLOAT32' };
}

/** The integer values of a constant such as a shape. */
export function integersAt(source: ResolvedNode, index: number): readonly number[] {
  return Array.from(tensorAt(source, index).values, Number);
}

/** The single value of a constant. */
export function numberAt(source: ResolvedNode, index: number): number {
  const { values } = tensorAt(source, index);
  if (values.length === 1) return Number(values[0]);
  throw unsupported(source, `has ${values.length} values at input ${index}`, 'one value is supported there');
}

/** An int attribute, or ONNX's default. */
export function integerAttribute(source: ResolvedNode, name: string, absent: number): number {
  const attribute = source.node.attributes.get(name);
  return attribute?.type === 'int' ? attribute.value : absent;
}

/** A float attribute, or ONNX's default. */
export function floatAttribute(source: ResolvedNode, name: string, absent: number): number {
  const attribute = source.node.attributes.get(name);
  return attribute?.type === 'float' ? attribute.value : absent;
}

/** An attribute of several ints, or ONNX's default. */
export function integersAttribute(
  source: ResolvedNode,
  name: string,
  absent: readonly number[],
): readonly number[] {
  const attribute = source.node.attributes.get(name);
  return attribute?.type === 'ints' ? attribute.value : absent;
}

function tensorAt(source: ResolvedNode, index: number): OnnxTensor {
  const operand = source.operands[index];
  if (operand?.kind === 'constant') return operand.tensor;
  throw unsupported(source, `requires a constant at input ${index}`, 'make it an initializer of the model');
}
