import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { unsignedWeights } from '../../../finn/ops/unsigned-weights.ts';

/** Warnings of layers whose weights FINN's RTL reads as other numbers; software does not show it. */
export function weightWarnings(graph: HardwareGraph): readonly Diagnostic[] {
  return unsignedWeights(graph).map((layer) =>
    warning(
      'fold/unsigned-weights',
      `${layer} has no negative weights: as FINN builds it, the hardware takes the largest ones as negative`,
      { hint: 'build the layer with HLS: preferred_impl_style in the file "specialize"' },
    ),
  );
}
