import type { FloatGraph, FloatNode } from './float_graph.ts';

/** What a rule puts in place of the node it looked at; `remove` names further nodes that go. */
export interface Replacement {
  readonly insert: readonly FloatNode[];
  readonly remove?: readonly FloatNode[];
}

/** Looks at one node; null leaves the graph as it is. */
export type Rule = (node: FloatNode, graph: FloatGraph) => Replacement | null;

/**
 * Applies a rule to every node in turn, again and again until it changes nothing. The order in which neighbouring
 * constants meet decides how they round, so this walks as FINN does: on to the next place after each change.
 */
export function rewrite(graph: FloatGraph, rule: Rule): FloatGraph {
  let current = graph;
  for (;;) {
    const next = sweep(current, rule);
    if (next === current) return current;
    current = next;
  }
}

function sweep(graph: FloatGraph, rule: Rule): FloatGraph {
  let current = graph;
  for (let index = 0; index < current.nodes.length; index++) {
    const node = current.nodes[index]!;
    const replacement = rule(node, current);
    if (!replacement) continue;
    const { insert, remove = [] } = replacement;
    current = {
      ...current,
      nodes: current.nodes.flatMap((other) =>
        other === node ? insert : remove.includes(other) ? [] : [other],
      ),
    };
  }
  return current;
}
