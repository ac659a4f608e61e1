import { defined } from '../../base/defined.ts';
import type { FloatGraph, FloatNode } from './float-graph.ts';
import { outputsOf } from './float-graph.ts';
import { outputDatatype, outputShape } from './infer.ts';
import type { TensorLayout } from './layouts.ts';
import { inputLayout, outputLayout } from './layouts.ts';

/**
 * The questions that a rule may ask about the current graph. A change to a datatype reaches nodes further downstream only
 * in the next pass.
 */
export interface GraphView {
  readonly input: string;
  readonly output: string;
  readonly shapeOf: (tensor: string) => readonly number[];
  /** QONNX datatype name. */
  readonly datatypeOf: (tensor: string) => string;
  readonly layoutOf: (tensor: string) => TensorLayout;
  /** Whether a tensor of this name is or was in the graph. */
  readonly isKnown: (tensor: string) => boolean;
  /** The node that makes a tensor; undefined for the graph's input. */
  readonly producerOf: (tensor: string) => FloatNode | undefined;
  readonly readersOf: (tensor: string) => readonly FloatNode[];
  /** The only node that reads what a node makes; undefined at a fork or a Split and for the graph's output. */
  readonly consumerOf: (node: FloatNode) => FloatNode | undefined;
}

/** A graph to which nodes are added and from which they are removed; a node is added after the producers of its inputs. */
export interface LiveGraph {
  readonly view: GraphView;
  readonly enter: (node: FloatNode) => void;
  readonly leave: (node: FloatNode) => void;
}

/** A live graph with the input of `graph` but none of its nodes. */
export function createLiveGraph({ input, output }: FloatGraph): LiveGraph {
  const producers = new Map<string, FloatNode>();
  const readers = new Map<string, Set<FloatNode>>();
  const tensors = new Map<string, Facts>([[input.name, inputFacts(input)]]);
  const factsOf = (tensor: string): Facts =>
    defined(tensors.get(tensor), `${tensor} is the input or was made by a node added earlier`);
  return {
    view: {
      input: input.name,
      output,
      shapeOf: (tensor) => factsOf(tensor).shape,
      datatypeOf: (tensor) => factsOf(tensor).datatype,
      layoutOf: (tensor) => factsOf(tensor).layout,
      isKnown: (tensor) => tensors.has(tensor),
      producerOf: (tensor) => producers.get(tensor),
      readersOf: (tensor) => [...(readers.get(tensor) ?? [])],
      consumerOf: (node) => {
        const found = readers.get(node.output);
        if (found?.size !== 1 || node.output === output || node.op === 'Split') return undefined;
        return [...found][0];
      },
    },
    enter: (node) => {
      for (const name of node.inputs) readers.set(name, (readers.get(name) ?? new Set()).add(node));
      const [inputs, from] = [node.inputs.map(factsOf), factsOf(node.inputs[0])];
      for (const [position, name] of outputsOf(node).entries()) {
        producers.set(name, node);
        tensors.set(name, outputFacts(node, inputs, from, position));
      }
    },
    leave: (node) => {
      for (const name of outputsOf(node)) if (producers.get(name) === node) producers.delete(name);
      for (const name of node.inputs) readers.get(name)?.delete(node);
    },
  };
}

/** The facts about a tensor that follow from the network's input. */
interface Facts {
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly layout: TensorLayout;
}

function inputFacts({ shape, datatype, layout }: FloatGraph['input']): Facts {
  return { shape, datatype, layout: inputLayout(layout, shape.length) };
}

function outputFacts(
  node: FloatNode,
  inputs: readonly Facts[],
  { shape: from, layout }: Facts,
  position: number,
): Facts {
  const shape = outputShape(node, from, position);
  const datatypes = inputs.map(({ datatype }) => datatype);
  return {
    shape,
    datatype: outputDatatype(node, datatypes),
    layout: outputLayout(node, layout, from.length, shape.length),
  };
}
