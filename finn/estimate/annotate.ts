import type { AttributeValue, HardwareGraph, HardwareNode } from '../graph.ts';
import { nodeOf, opOf } from '../ops/index.ts';
import { choicesOf } from './alternatives.ts';

/**
 * Adds to every node what FINN+ 1.6.1's estimate step adds: the kinds of resources in use, spelled out where they
 * were defaults (`res_estimation_complete` puts them back that way), and its cycles per image (`AnnotateCycles`).
 */
export function annotateEstimates(graph: HardwareGraph): HardwareGraph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const { op, view } = nodeOf(graph, node);
      return {
        ...node,
        attributes: { ...node.attributes, ...unwrittenChoices(node), cycles_estimate: op.cycles(view) },
      };
    }),
  };
}

function unwrittenChoices(node: HardwareNode): { readonly [attribute: string]: AttributeValue } {
  const rules = opOf(node).attributes;
  const choices = choicesOf(node).filter(({ attribute }) => !Object.hasOwn(node.attributes, attribute));
  return Object.fromEntries(
    choices.flatMap(({ attribute }) => {
      const initial = rules[attribute]?.initial ?? null;
      return initial === null ? [] : [[attribute, initial]];
    }),
  );
}
