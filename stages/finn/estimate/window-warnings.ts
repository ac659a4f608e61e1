import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { misorderedWindows } from '../../../finn/ops/window-order.ts';

/** Warnings of a folding with which FINN builds layers that mix up their windows; software does not show it. */
export function windowWarnings(graph: HardwareGraph): readonly Diagnostic[] {
  return misorderedWindows(graph).map(({ producer, simd, consumer, pe }) =>
    warning(
      'fold/misordered-windows',
      `${consumer} takes ${pe} channels at a time (PE), but ${producer} delivers ${simd} (SIMD): as FINN builds it, the hardware mixes up channels and window positions`,
      { hint: `set ${consumer}.PE to ${simd}, or ${producer}.SIMD to ${pe}` },
    ),
  );
}
