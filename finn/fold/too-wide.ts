import type { HardwareGraph } from '../graph.ts';
import { nodeOf } from '../ops/index.ts';

/** Bits of the widest integer in HLS that FINN+ 1.6.1 allows (`MAX_ALLOWED_AP_INT_W`). */
export const widestInteger = 8191;

/** The HLS layers with a stream for which FINN generates no code (`HLSBackend.get_ap_int_max_w`); its estimates do not say so. */
export function streamsTooWide(
  graph: HardwareGraph,
): readonly { readonly layer: string; readonly bits: number }[] {
  return graph.nodes
    .filter(({ opType }) => opType.endsWith('_hls'))
    .flatMap((node) => {
      const { op, view } = nodeOf(graph, node);
      const bits = Math.max(op.inputStreamWidth(view), op.outputStreamWidth(view));
      return bits > widestInteger ? [{ layer: node.name, bits }] : [];
    });
}
