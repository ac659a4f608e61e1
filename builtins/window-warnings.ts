import type { Diagnostic } from '../core/types.ts';
import type { HardwareGraph } from '../finn/graph.ts';
import { misorderedWindows } from '../finn/ops/window_order.ts';

/** Warnings of a folding by which FINN builds layers that mix up their windows; software does not show it. */
export function windowWarnings(graph: HardwareGraph): readonly Diagnostic[] {
  return misorderedWindows(graph).map(({ producer, simd, consumer, pe }) => ({
    code: 'fold/misordered-windows',
    severity: 'warning',
    message: `${consumer} takes ${String(pe)} channels at a time (PE), but ${producer} gives ${String(simd)} (SIMD): as FINN builds it, the hardware mixes up channels and places of the window`,
    hint: `set ${consumer}.PE to ${String(simd)}, or ${producer}.SIMD to ${String(pe)}`,
  }));
}
