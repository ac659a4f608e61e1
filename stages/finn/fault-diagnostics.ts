import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem, warning } from '../../base/diagnostic.ts';
import { hardwareFaults } from '../../finn/faults/index.ts';
import type { HardwareGraph } from '../../finn/graph.ts';

/** The layers whose hardware FINN gets wrong or does not generate, which software does not show: as errors or as warnings. */
export function faultDiagnostics(
  graph: HardwareGraph,
  severity: Diagnostic['severity'],
): readonly Diagnostic[] {
  const diagnostic = severity === 'error' ? problem : warning;
  return hardwareFaults(graph).map(({ layer, fault, remedy }) =>
    diagnostic('fold/hardware-fault', `${layer} ${fault}`, { hint: remedy }),
  );
}
