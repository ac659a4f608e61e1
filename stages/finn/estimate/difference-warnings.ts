import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import { differentFigures } from '../../../finn/estimate/difference.ts';
import type { Reports } from '../../../finn/estimate/reports.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';

/** A warning for every figure of FINN's reports from which the later stages, which estimate for themselves, would depart. */
export function differenceWarnings(
  graph: HardwareGraph,
  reports: Reports,
  part: string,
  clockMHz: number,
): readonly Diagnostic[] {
  return differentFigures(reports, estimate(graph, part, clockMHz)).map(({ layer, figure, first, second }) =>
    warning(
      'fold/estimate-differs',
      `FINN estimates ${first ?? 'no'} ${figure} for ${layer}, finn-pipeline ${second ?? 'none'}`,
      { hint: 'split and timing use the second figure; please report the layer, with its attributes' },
    ),
  );
}
