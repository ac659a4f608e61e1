import type { Diagnostic } from '../../base/diagnostic.ts';
import { warning } from '../../base/diagnostic.ts';
import type { BoardType } from '../../boards/data.ts';
import { dma } from '../../finn/cycles/drivers.ts';
import { paceOfGraph } from '../../finn/cycles/pace-of-graph.ts';
import { queuePlaces } from '../../finn/cycles/time-graph.ts';
import { describeWait } from '../../finn/cycles/waits.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import type { FoldingChoice } from '../finn/estimate/fold-graph.ts';
import { foldGraph } from '../finn/estimate/fold-graph.ts';

/** How a new project folds its network. */
export interface FirstFolding {
  /** The `target_fps` to write; null to leave the network as it is. */
  readonly rate: number | null;
  readonly graph: HardwareGraph;
  /** What is wrong with the hardware all the same. */
  readonly warnings: readonly Diagnostic[];
}

/** The slowest rate: the search for a folding skips those whose hardware FINN gets wrong. */
const slowest = 1;

/** In steps of units: a network that stops does so within its first image, and most networks have sent that by then. */
const limit = 2e7;

/**
 * The folding of a new project: none, or one for a rate if less is wrong with the hardware then. What is wrong is what
 * `finn/estimate` says of it, and whether it stops by the cycle model.
 */
export function firstFolding(given: HardwareGraph, board: BoardType, clockMHz: number): FirstFolding {
  const plain = tried({ type: 'none' }, given, board, clockMHz);
  if (plain.warnings.length === 0) return { ...plain, rate: null };
  const folded = tried({ type: 'rate', rate: slowest }, given, board, clockMHz);
  return folded.warnings.length < plain.warnings.length
    ? { ...folded, rate: slowest }
    : { ...plain, rate: null };
}

function tried(choice: FoldingChoice, given: HardwareGraph, board: BoardType, clockMHz: number) {
  const { graph, warnings } = foldGraph(given, choice, clockMHz);
  const pace = paceOfGraph(graph, board.part, false, {
    queue: queuePlaces('deep'),
    driver: dma(board.portWidth),
    limit,
  });
  if (pace.type !== 'deadlock') return { graph, warnings };
  const stops = warning('timing/deadlock', 'the network stops: its layers wait for each other', {
    hint:
      warnings.length === 0
        ? 'raise inFIFODepths of the layers where branches meet, or fold it differently'
        : 'emulated boards stop too: change what the other warnings name first',
    detail: pace.waits.map(describeWait).join('\n'),
  });
  return { graph, warnings: [...warnings, stops] };
}
