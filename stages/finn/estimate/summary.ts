import type { Reports } from '../../../finn/estimate/reports.ts';

/** One line for people: total resources, and the rate that the slowest layer allows. */
export function summariseEstimate(
  { estimate_layer_resources, estimate_network_performance }: Reports,
  clockMHz: number,
): string {
  const { BRAM_18K = 0, LUT = 0, DSP = 0, URAM = 0 } = estimate_layer_resources.total ?? {};
  const urams = URAM === 0 ? '' : `, ${URAM} URAM`;
  const { estimated_throughput_fps: rate, max_cycles_node_name: slowest } = estimate_network_performance;
  const shownRate = rate < 10 ? rate.toFixed(2) : String(Math.round(rate));
  return `${BRAM_18K} BRAM18, ${LUT} LUT, ${DSP} DSP${urams}; ${shownRate} img/s at ${clockMHz} MHz (${slowest})`;
}
