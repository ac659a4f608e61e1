import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { misorderedWindows } from '../../../finn/ops/window-order.ts';

/** Warnings of a folding by which FINN builds layers that mix up their windows; software does not show it. */
export function windowWarnings(graph: HardwareGraph): readonly Diagnostic[] {
  return misorderedWindows(graph).map(({ producer, simd, consumer, pe }) =>
    warning(
      'fold/misordered-windows',
      `${consumer} takes ${pe} channels at a time (PE), but ${producer} gives ${simd} (SIMD): as FINN builds it, the hardware mixes up channels and places of the window`,
      { hint: `set ${consumer}.PE to ${simd}, or ${producer}.SIMD to ${pe}` },
    ),
  );
}
