import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { Json } from '../../../base/json.ts';
import { annotateEstimates } from '../../../finn/estimate/annotate.ts';
import { applyFolding, passedOver } from '../../../finn/fold/apply.ts';
import type { AutoFolding } from '../../../finn/fold/auto.ts';
import { foldForRate } from '../../../finn/fold/auto.ts';
import type { FoldingFile } from '../../../finn/fold/describe.ts';
import { describeFolding } from '../../../finn/fold/describe.ts';
import { inNormalForm } from '../../../finn/fold/normal-form.ts';
import { refold } from '../../../finn/fold/refold.ts';
import { streamsTooWide, widestInteger } from '../../../finn/fold/too-wide.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { faultDiagnostics } from '../fault-diagnostics.ts';
import { windowWarnings } from './window-warnings.ts';

/** How to fold a network: as it is, by a parsed folding file, or for a rate of images per second. */
export type FoldingChoice =
  | { readonly type: 'none' }
  | { readonly type: 'file'; readonly folding: Json }
  | { readonly type: 'rate'; readonly rate: number; readonly avoidsShortQueues?: boolean };

export interface FoldedGraph {
  /** With minimal bit widths and FINN's notes, in normal form. */
  readonly graph: HardwareGraph;
  /** The folding chosen for a rate, as FINN writes it; null if none was chosen. */
  readonly chosen: FoldingFile | null;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Folds a graph as `finn/estimate` does, and returns warnings about the folding. `like` is the result of another choice for
 * the same graph; it saves reading all weights again.
 */
export function foldGraph(
  given: HardwareGraph,
  choice: FoldingChoice,
  clockMHz: number,
  like: HardwareGraph | null = null,
): FoldedGraph {
  const { folded, chosen, warnings } = foldBy(given, choice, clockMHz);
  const minimal = (like === null ? null : refold(like, folded)) ?? minimiseBitWidths(folded);
  const graph = inNormalForm(annotateEstimates(minimal), given);
  const wide = streamsTooWide(graph).map(tooWide);
  const shown = [...warnings, ...windowWarnings(graph), ...faultDiagnostics(graph, 'warning'), ...wide];
  return { graph, chosen, warnings: shown };
}

function foldBy(
  given: HardwareGraph,
  choice: FoldingChoice,
  clockMHz: number,
): Pick<FoldedGraph, 'chosen' | 'warnings'> & { readonly folded: HardwareGraph } {
  switch (choice.type) {
    case 'none':
      return { folded: given, chosen: null, warnings: [] };
    case 'file':
      return {
        folded: applyFolding(given, choice.folding),
        chosen: null,
        warnings: passedOver(given, choice.folding).map(unused),
      };
    case 'rate': {
      const found = foldForRate(given, choice.rate, clockMHz, choice.avoidsShortQueues);
      return {
        folded: found.graph,
        chosen: describeFolding(found.graph, given),
        warnings: missed(found, choice.rate, clockMHz),
      };
    }
  }
}

function unused(name: string): Diagnostic {
  return warning('fold/unused', `the folding names ${name}, but the network has no layer of that kind`);
}

function missed(
  { bottleneck, cycles, reached }: AutoFolding,
  rate: number,
  clockMHz: number,
): readonly Diagnostic[] {
  if (bottleneck === null) return [];
  return [
    warning(
      'fold/rate-missed',
      `${rate} img/s leave ${cycles} cycles per image, but FINN's rule reduces ${bottleneck.layer} to ${bottleneck.cycles} at best; all layers are folded for that, which yields ${Math.floor((clockMHz * 1e6) / reached)} img/s`,
      {
        hint: `raise the clock, or fold ${bottleneck.layer} by hand: the rule keeps an MVAU at 36 bits of weights per PE and leaves some kinds as they are`,
      },
    ),
  ];
}

function tooWide({ layer, bits }: { readonly layer: string; readonly bits: number }): Diagnostic {
  return warning(
    'fold/too-wide',
    `${layer} streams ${bits} bits per cycle; FINN cannot make HLS of more than ${widestInteger}`,
    { hint: 'lower its PE or SIMD' },
  );
}
