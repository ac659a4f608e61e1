import { Refusal } from '../../base/refusal.ts';
import type { Datatype } from '../datatype.ts';
import { datatype } from '../datatype.ts';
import type { AttributeValue, HardwareGraph, HardwareNode, Tensor } from '../graph.ts';
import type { AttributeRules } from './attributes.ts';

/** A parameter tensor with its values in C order. */
export interface Parameter {
  readonly name: string;
  readonly tensor: Tensor;
  readonly values: Float32Array;
}

/**
 * A node as seen by the rules of its op: attributes with FINN's defaults filled in, tensors and parameters by position.
 * Refuses attributes that are missing or of another type.
 */
export interface NodeView {
  readonly node: HardwareNode;
  readonly integer: (attribute: string) => number;
  readonly text: (attribute: string) => string;
  readonly integers: (attribute: string) => readonly number[];
  readonly texts: (attribute: string) => readonly string[];
  /** Two integers, height before width. */
  readonly pair: (attribute: string) => readonly [number, number];
  /** The datatype that a text attribute names. */
  readonly datatype: (attribute: string) => Datatype;
  /** The tensor at an input position; refuses a node without it. */
  readonly input: (index: number) => Tensor;
  /** Name of the output tensor, the first if there are several. */
  readonly output: () => string;
  /** Whether the values at an input position are part of the network. */
  readonly constant: (index: number) => boolean;
  /** The parameter at an input position; refuses a node without it. */
  readonly parameter: (index: number) => Parameter;
  /** Whether no node of the graph reads this node's output. */
  readonly last: boolean;
}

/** The graph that a node belongs to, as far as its view needs it; minimisation changes it step by step. */
export type NodeGraph = Pick<HardwareGraph, 'nodes' | 'tensors' | 'parameters'>;

/** A view of `node` in `graph` by the attribute rules of its op. */
export function viewNode(graph: NodeGraph, node: HardwareNode, rules: AttributeRules): NodeView {
  const attributes = attributesOf(node, rules);
  const input = (index: number): Tensor => {
    const tensor = graph.tensors.get(node.inputs[index] ?? '');
    if (tensor === undefined) throw malformed(node, `has no input ${index}`);
    return tensor;
  };
  return {
    node,
    ...attributes,
    input,
    output: () => {
      const [name] = node.outputs;
      if (name === undefined) throw malformed(node, 'has no output');
      return name;
    },
    constant: (index) => graph.parameters.has(node.inputs[index] ?? ''),
    parameter: (index) => {
      const name = node.inputs[index] ?? '';
      const values = graph.parameters.get(name);
      if (values === undefined) throw malformed(node, `has no constant values at input ${index}`);
      return { name, tensor: input(index), values };
    },
    get last() {
      return !graph.nodes.some((other) => other.inputs.some((name) => node.outputs.includes(name)));
    },
  };
}

type Attributes = Pick<NodeView, 'integer' | 'text' | 'integers' | 'texts' | 'pair' | 'datatype'>;

function attributesOf(node: HardwareNode, rules: AttributeRules): Attributes {
  const value = (attribute: string): AttributeValue => {
    const found = node.attributes[attribute] ?? rules[attribute]?.initial;
    if (found === undefined || found === null) throw malformed(node, `has no attribute ${attribute}`);
    return found;
  };
  const text = (attribute: string): string => {
    const found = value(attribute);
    if (typeof found !== 'string')
      throw malformed(node, `has an attribute ${attribute} that is not a string`);
    return found;
  };
  const integers = (attribute: string): readonly number[] => {
    const found = value(attribute);
    if (!isIntegers(found))
      throw malformed(node, `has an attribute ${attribute} that is not a list of integers`);
    return found;
  };
  return {
    integer: (attribute) => {
      const found = value(attribute);
      if (typeof found !== 'number')
        throw malformed(node, `has an attribute ${attribute} that is not an integer`);
      return found;
    },
    text,
    integers,
    texts: (attribute) => {
      const found = value(attribute);
      if (!isTexts(found))
        throw malformed(node, `has an attribute ${attribute} that is not a list of strings`);
      return found;
    },
    pair: (attribute) => {
      const [height, width, ...more] = integers(attribute);
      if (height === undefined || width === undefined || more.length > 0)
        throw malformed(node, `has an attribute ${attribute} that is not a pair of integers`);
      return [height, width];
    },
    datatype: (attribute) => datatype(text(attribute)),
  };
}

function isIntegers(value: AttributeValue): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

function isTexts(value: AttributeValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function malformed(node: HardwareNode, what: string): Refusal {
  return new Refusal('finn/malformed-node', `${node.name} (${node.opType}) ${what}`);
}
