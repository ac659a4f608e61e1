import type { HardwareGraph } from '../graph.ts';
import { nodeOf } from './index.ts';

/**
 * The MVAU_rtl and VVAU_rtl layers without a negative weight: FINN+ 1.6.1 minimises their weights to an unsigned datatype, but
 * `mvu.sv` takes weights as signed, so that the largest ones become negative.
 */
export function unsignedWeights(graph: HardwareGraph): readonly string[] {
  return graph.nodes
    .filter(({ opType }) => opType === 'MVAU_rtl' || opType === 'VVAU_rtl')
    .filter((node) => !nodeOf(graph, node).view.datatype('weightDataType').signed)
    .map(({ name }) => name);
}
