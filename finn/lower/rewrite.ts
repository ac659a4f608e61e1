import type { FloatGraph, FloatNode } from './float-graph.ts';
import { byDistance } from './distance.ts';
import { outputDatatype, outputShape } from './infer.ts';
import type { Layout } from './layouts.ts';
import { inputLayout, outputLayout } from './layouts.ts';

/** What a rule puts in place of the node it looked at. */
export interface Replacement {
  readonly insert: readonly FloatNode[];
  /** Further nodes that go. */
  readonly remove?: readonly FloatNode[];
  /** Further nodes that become others where they stand. */
  readonly change?: readonly { readonly node: FloatNode; readonly to: FloatNode }[];
  /** Afterwards the readers of these tensors read the others. */
  readonly reroute?: readonly { readonly from: string; readonly to: string }[];
}

/**
 * What a rule may ask about the graph as it is at that moment; a datatype that a change alters reaches what is further
 * downstream only in the next pass.
 */
export interface GraphView {
  readonly input: string;
  readonly output: string;
  readonly shapeOf: (tensor: string) => readonly number[];
  /** QONNX datatype name. */
  readonly datatypeOf: (tensor: string) => string;
  readonly layoutOf: (tensor: string) => Layout;
  /** The node that makes a tensor; undefined for the graph's input. */
  readonly producerOf: (tensor: string) => FloatNode | undefined;
  readonly readersOf: (tensor: string) => readonly FloatNode[];
  /** The only node that reads a node's output; undefined at a fork and where the output leaves the graph. */
  readonly consumerOf: (node: FloatNode) => FloatNode | undefined;
}

/** Looks at one node; null leaves the graph as it is. */
export type Rule = (node: FloatNode, graph: GraphView) => Replacement | null;

/**
 * Applies a rule to every node in turn, again and again until it changes nothing. The order in which neighbouring
 * constants meet decides how they round, so this walks as FINN does: on to the next place after each change.
 */
export function rewrite(graph: FloatGraph, rule: Rule, pace: Pace = 'sweep'): FloatGraph {
  // Only branches can come to stand in another order.
  if (!graph.nodes.some(({ op }) => op === 'Sum')) {
    const draft = draftOf(graph);
    let changed = false;
    while (sweep(draft, rule, 'sweep')) changed = true;
    return changed ? { ...graph, nodes: draft.nodes() } : graph;
  }
  for (let current = graph; ;) {
    const draft = draftOf(current);
    if (!sweep(draft, rule, pace)) return current;
    current = { ...current, nodes: byDistance(draft.nodes(), wiringOf) };
  }
}

/** How far FINN goes before it sorts nodes and begins anew: one change, or as far as it goes. */
export type Pace = 'change' | 'sweep';

function wiringOf({ inputs, output }: FloatNode): { inputs: readonly string[]; outputs: readonly string[] } {
  return { inputs, outputs: [output] };
}

/** What a rule may ask about a graph that does not change. */
export function viewOf(graph: FloatGraph): GraphView {
  return draftOf(graph).view;
}

function sweep(draft: Draft, rule: Rule, pace: Pace): boolean {
  let changed = false;
  for (let place = draft.first(); place;) {
    const replacement = rule(place.node, draft.view);
    const next = replacement ? draft.replace(place, replacement) : place.next;
    if (replacement && pace === 'change') return true;
    changed ||= replacement !== null;
    place = next;
  }
  return changed;
}

/** Where the list of all nodes begins. */
interface Head {
  next: Link | undefined;
}

/** A node in the list. */
interface Link extends Head {
  readonly node: FloatNode;
  previous: Head;
}

interface Draft {
  readonly view: GraphView;
  readonly first: () => Link | undefined;
  /** Where the walk goes on: behind the first of the nodes that were put in. */
  readonly replace: (place: Link, replacement: Replacement) => Link | undefined;
  readonly nodes: () => readonly FloatNode[];
}

function draftOf(graph: FloatGraph): Draft {
  const head: Head = { next: undefined };
  const links = new Map<FloatNode, Link>();
  const producers = new Map<string, FloatNode>();
  const readers = new Map<string, Set<FloatNode>>();
  const shapes = new Map([[graph.input.name, graph.input.shape]]);
  const datatypes = new Map([[graph.input.name, graph.input.datatype]]);
  const layouts = new Map([[graph.input.name, inputLayout(graph.input.layout, graph.input.shape.length)]]);

  const enter = (node: FloatNode, after: Head): Link => {
    const link: Link = { node, next: after.next, previous: after };
    if (after.next) after.next.previous = link;
    after.next = link;
    links.set(node, link);
    producers.set(node.output, node);
    for (const input of node.inputs) {
      const known = readers.get(input) ?? new Set();
      readers.set(input, known.add(node));
    }
    const [first = ''] = node.inputs;
    const inputShape = shapes.get(first)!;
    const shape = outputShape(node, inputShape);
    const inputs = node.inputs.map((input) => datatypes.get(input)!);
    shapes.set(node.output, shape);
    datatypes.set(node.output, outputDatatype(node, inputs));
    layouts.set(node.output, outputLayout(node, layouts.get(first)!, inputShape.length, shape.length));
    return link;
  };
  const leave = (node: FloatNode): void => {
    const link = links.get(node)!;
    links.delete(node);
    link.previous.next = link.next;
    if (link.next) link.next.previous = link.previous;
    if (producers.get(node.output) === node) producers.delete(node.output);
    for (const input of node.inputs) readers.get(input)!.delete(node);
  };

  const exchange = (node: FloatNode, other: FloatNode): void => {
    const { previous } = links.get(node)!;
    leave(node);
    enter(other, previous);
  };

  let last: Head = head;
  for (const node of graph.nodes) last = enter(node, last);
  return {
    view: {
      input: graph.input.name,
      output: graph.output,
      shapeOf: (tensor) => shapes.get(tensor)!,
      datatypeOf: (tensor) => datatypes.get(tensor)!,
      layoutOf: (tensor) => layouts.get(tensor)!,
      producerOf: (tensor) => producers.get(tensor),
      readersOf: (tensor) => [...(readers.get(tensor) ?? [])],
      consumerOf: (node) => {
        const found = readers.get(node.output);
        if (found?.size !== 1 || node.output === graph.output) return undefined;
        return [...found][0];
      },
    },
    first: () => head.next,
    replace: (place, { insert, remove = [], change = [], reroute = [] }) => {
      for (const node of remove) leave(node);
      for (const { node, to } of change) exchange(node, to);
      const before = place.previous;
      leave(place.node);
      let end: Head = before;
      for (const node of insert) end = enter(node, end);
      for (const { from, to } of reroute)
        for (const reader of [...(readers.get(from) ?? [])]) {
          const inputs = reader.inputs.map((input) => (input === from ? to : input));
          exchange(reader, { ...reader, inputs });
        }
      return insert.length > 0 ? before.next?.next : before.next;
    },
    nodes: () => {
      const nodes: FloatNode[] = [];
      for (let link = head.next; link; link = link.next) nodes.push(link.node);
      return nodes;
    },
  };
}
