import { defined } from '../../base/defined.ts';
import type { HardwareGraph } from '../graph.ts';

/** FINN's figures for a whole network; the latency assumes that layers do not overlap. */
export interface Performance {
  readonly critical_path_cycles: number;
  readonly max_cycles: number;
  readonly max_cycles_node_name: string;
  /** Images per second. */
  readonly estimated_throughput_fps: number;
  readonly estimated_latency_ns: number;
}

/** FINN+ 1.6.1 `dataflow_performance` and what `step_generate_estimate_reports` adds, for cycles by layer name. */
export function estimatePerformance(
  graph: HardwareGraph,
  cycles: { readonly [layer: string]: number },
  clockMHz: number,
): Performance {
  const latencies = new Map<string, number>();
  let slowest = { name: '', cycles: 0 };
  let critical = 0;
  for (const { name, inputs, outputs } of graph.nodes) {
    const own = defined(cycles[name], 'every layer of the graph has been estimated');
    if (own > slowest.cycles) slowest = { name, cycles: own };
    const latency = own + Math.max(0, ...inputs.map((input) => latencies.get(input) ?? 0));
    for (const output of outputs) latencies.set(output, latency);
    critical = Math.max(critical, latency);
  }
  // In FINN's order of operations, so that the figures agree to the last bit.
  const period = 1000 / clockMHz;
  return {
    critical_path_cycles: critical,
    max_cycles: slowest.cycles,
    max_cycles_node_name: slowest.name,
    estimated_throughput_fps: 10 ** 9 / period / slowest.cycles,
    estimated_latency_ns: critical * period,
  };
}
