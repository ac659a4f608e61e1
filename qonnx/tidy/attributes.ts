import type { OnnxAttribute, OnnxNode } from '../../onnx/model.ts';

/** An int attribute of a node, or ONNX's default. */
export function integerOf({ attributes }: OnnxNode, name: string, absent: number): number {
  const attribute = attributes.get(name);
  return attribute?.type === 'int' ? attribute.value : absent;
}

/** An attribute of several ints, or null if it is absent. */
export function integersOf({ attributes }: OnnxNode, name: string): readonly number[] | null {
  const attribute = attributes.get(name);
  return attribute?.type === 'ints' ? attribute.value : null;
}

/** A node with another value of an attribute. */
export function withAttribute(node: OnnxNode, name: string, attribute: OnnxAttribute): OnnxNode {
  return { ...node, attributes: new Map([...node.attributes, [name, attribute]]) };
}
