import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { elementCount } from '../../base/shape.ts';
import { nodeOf } from './index.ts';

/** A layer whose output queue, as FINN builds it, loses words when they cannot leave. */
export interface ShortQueue {
  readonly layer: string;
  /** Its SIMD, which is all that it sums up: the MW of an MVAU, the places of the kernel of a VVAU. */
  readonly lanes: number;
}

/**
 * The MVAU_rtl and VVAU_rtl layers that make a result in every cycle because each sums up all its inputs at once. FINN+ 1.6.1
 * `mvu_vvu_axi.sv` gives the output queue MAX_IN_FLIGHT + 1 places, but its lock lets two more results through; see
 * docs/upstream/mvau-queue.md.
 */
export function shortQueues(graph: HardwareGraph): readonly ShortQueue[] {
  return graph.nodes
    .filter(({ opType }) => opType === 'MVAU_rtl' || opType === 'VVAU_rtl')
    .map((node) => ({ layer: node.name, ...lanesOf(graph, node) }))
    .filter(({ lanes, rows }) => lanes === rows)
    .map(({ layer, lanes }) => ({ layer, lanes }));
}

function lanesOf(
  graph: HardwareGraph,
  node: HardwareNode,
): { readonly lanes: number; readonly rows: number } {
  const { view } = nodeOf(graph, node);
  const isMatrix = node.opType === 'MVAU_rtl';
  return {
    lanes: view.integer('SIMD'),
    rows: isMatrix ? view.integer('MW') : elementCount(view.pair('Kernel')),
  };
}
