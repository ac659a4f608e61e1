import type { HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';
import type { ResourceEstimate } from '../ops/op.ts';
import { resourceAlternatives } from './alternatives.ts';
import type { Performance } from './performance.ts';
import { estimatePerformance } from './performance.ts';

/** FINN+ 1.6.1's five estimate reports under the names of its files, without `.json`. */
export interface Reports {
  readonly estimate_layer_resources: { readonly [layer: string]: Partial<ResourceEstimate> };
  readonly estimate_layer_config_alternatives: { readonly [layer: string]: readonly ResourceEstimate[] };
  readonly estimate_layer_cycles: { readonly [layer: string]: number };
  readonly op_and_param_counts: { readonly [layer: string]: { readonly [kind: string]: number } };
  readonly estimate_network_performance: Performance;
}

/** Estimates a folded graph for an FPGA part; equal to FINN's reports value by value. */
export function estimate(graph: HardwareGraph, part: string, clockMHz: number): Reports {
  const nodes = graph.nodes.map((node) => ({ name: node.name, ...nodeOf(graph, node) }));
  const byLayer = <T>(figure: (node: (typeof nodes)[number]) => T): { [layer: string]: T } =>
    Object.fromEntries(nodes.map((node) => [node.name, figure(node)]));
  const resources = byLayer(({ op, view }) => op.resources(view, part));
  const counts = byLayer(({ op, view }) => op.counts(view));
  const cycles = byLayer(({ op, view }) => op.cycles(view));
  return {
    estimate_layer_resources: { ...resources, total: totals(Object.values(resources)) },
    estimate_layer_config_alternatives: byLayer(({ view }) => resourceAlternatives(graph, view.node, part)),
    estimate_layer_cycles: cycles,
    op_and_param_counts: { ...counts, total: totals(Object.values(counts)) },
    estimate_network_performance: estimatePerformance(graph, cycles, clockMHz),
  };
}

/** Sums all figures but efficiencies, in the order in which they first occur. */
function totals(layers: readonly object[]): { [kind: string]: number } {
  const sums: { [kind: string]: number } = {};
  for (const layer of layers)
    for (const [kind, amount] of Object.entries(layer))
      if (!kind.includes('efficiency')) sums[kind] = (sums[kind] ?? 0) + (amount as number);

  return sums;
}
