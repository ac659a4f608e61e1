import { defined } from '../../base/defined.ts';
import type { FloatGraph, FloatNode } from './float-graph.ts';
import { isJoin, outputsOf } from './float-graph.ts';
import { byDistance } from './distance.ts';
import type { GraphView } from './graph-view.ts';
import { createLiveGraph } from './graph-view.ts';
import { mapSome } from './some.ts';

/** The changes by which a rule replaces the node that it examined. */
export interface Replacement {
  readonly insert: readonly FloatNode[];
  /** Whether to insert behind the node that follows the old one, and the walk skips that, unless it is removed too. */
  readonly isMovedOn?: boolean;
  /** Further nodes to remove. */
  readonly remove?: readonly FloatNode[];
  /** Further nodes to replace in place. */
  readonly change?: readonly { readonly node: FloatNode; readonly to: FloatNode }[];
  /** Tensors to be read in place of others. */
  readonly reroute?: readonly { readonly from: string; readonly to: string }[];
}

/** The replacement of one node; null leaves the graph as it is. */
export type Rule = (node: FloatNode, graph: GraphView) => Replacement | null;

/**
 * Applies a rule to every node in turn, repeatedly until it changes nothing. The order in which neighbouring constants are
 * combined decides how they are rounded, so this walks as FINN does: on to the next place after each change.
 */
export function rewrite(graph: FloatGraph, rule: Rule, pace: Pace = 'sweep'): FloatGraph {
  // Only in networks with branches can the order change.
  if (!graph.nodes.some(isJoin)) {
    const draft = draftOf(graph);
    let changed = false;
    while (sweep(draft, rule, 'sweep')) changed = true;
    return changed ? { ...graph, nodes: byDistance(draft.nodes(), endsOf) } : graph;
  }
  for (let current = graph; ;) {
    const draft = draftOf(current);
    if (!sweep(draft, rule, pace)) return current;
    current = { ...current, nodes: byDistance(draft.nodes(), endsOf) };
  }
}

/** When FINN sorts the nodes and starts over: after each change, or after a sweep over all nodes. */
export type Pace = 'change' | 'sweep';

function endsOf(node: FloatNode): { inputs: readonly string[]; outputs: readonly string[] } {
  return { inputs: node.inputs, outputs: outputsOf(node) };
}

/** A view of a graph that does not change. */
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

/** The head of the list of nodes. */
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
  /** Returns the next place of the walk: after the first of the inserted nodes, or at it if it has moved on. */
  readonly replace: (place: Link, replacement: Replacement) => Link | undefined;
  readonly nodes: () => readonly FloatNode[];
}

function draftOf(graph: FloatGraph): Draft {
  const head: Head = { next: undefined };
  const links = new Map<FloatNode, Link>();
  const live = createLiveGraph(graph);
  const linkOf = (node: FloatNode): Link =>
    defined(links.get(node), `${node.name} (${node.op}) is in the graph as long as a rule can name it`);

  const enter = (node: FloatNode, after: Head): Link => {
    const link: Link = { node, next: after.next, previous: after };
    if (after.next) after.next.previous = link;
    after.next = link;
    links.set(node, link);
    live.enter(node);
    return link;
  };
  const leave = (node: FloatNode): void => {
    const link = linkOf(node);
    links.delete(node);
    link.previous.next = link.next;
    if (link.next) link.next.previous = link.previous;
    live.leave(node);
  };
  const exchange = (node: FloatNode, other: FloatNode): void => {
    const { previous } = linkOf(node);
    leave(node);
    enter(other, previous);
  };
  const reroute = (from: string, to: string): void => {
    for (const reader of live.view.readersOf(from)) {
      const inputs = mapSome(reader.inputs, (input) => (input === from ? to : input));
      exchange(reader, { ...reader, inputs });
    }
  };

  graph.nodes.reduce<Head>((last, node) => enter(node, last), head);
  return {
    view: live.view,
    first: () => head.next,
    replace: (place, { insert, isMovedOn = false, remove = [], change = [], reroute: routes = [] }) => {
      const isBehindNext = isMovedOn && place.next !== undefined && !remove.includes(place.next.node);
      for (const node of remove) leave(node);
      for (const { node, to } of change) exchange(node, to);
      const { previous, next } = place;
      leave(place.node);
      const before = isBehindNext && next ? next : previous;
      insert.reduce<Head>((last, node) => enter(node, last), before);
      for (const { from, to } of routes) reroute(from, to);
      return insert.length > 0 && !isMovedOn ? before.next?.next : before.next;
    },
    nodes: () => nodesFrom(head),
  };
}

function nodesFrom(head: Head): readonly FloatNode[] {
  const nodes: FloatNode[] = [];
  for (let link = head.next; link; link = link.next) nodes.push(link.node);
  return nodes;
}
