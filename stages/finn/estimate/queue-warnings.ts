import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { divisors } from '../../../finn/ops/shapes.ts';
import { shortQueues } from '../../../finn/ops/short-queue.ts';

/** Warnings of a folding with which FINN's output queue of MVAU_rtl loses words; software does not show it. */
export function queueWarnings(graph: HardwareGraph): readonly Diagnostic[] {
  return shortQueues(graph).map(({ layer, lanes }) => {
    const smaller = lanes === 1 ? '' : `set ${layer}.SIMD to ${divisors(lanes).at(-2) ?? 1} or less, or `;
    return warning(
      'fold/short-queue',
      `${layer} multiplies all ${lanes} inputs at once: as FINN builds it, it loses results when they cannot leave`,
      { hint: `${smaller}use toolchain.mvau_queue: deep` },
    );
  });
}
