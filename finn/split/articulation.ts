import { soleInput, soleOutput } from '../execute/boundary.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';

/**
 * For each node, whether the graph can be cut after it: its own output must be the only activation made so far that later
 * nodes read. Always false for the last node. Refuses graphs with several inputs or outputs, which no chain of boards can
 * run.
 */
export function cuttableAfter(graph: HardwareGraph): readonly boolean[] {
  const lastReader = new Map<string, number>();
  for (const [index, node] of graph.nodes.entries())
    for (const input of node.inputs) if (!graph.parameters.has(input)) lastReader.set(input, index);

  soleOutput(graph);
  const alive = new Set([soleInput(graph)]);
  return graph.nodes.map((node, index) => {
    for (const output of node.outputs) alive.add(output);
    for (const name of alive) if ((lastReader.get(name) ?? -1) <= index) alive.delete(name);
    return alive.size === 1 && madeBy(node, alive);
  });
}

function madeBy(node: HardwareNode, alive: ReadonlySet<string>): boolean {
  return node.outputs.some((output) => alive.has(output));
}
