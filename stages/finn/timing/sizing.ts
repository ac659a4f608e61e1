import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { TimedGraph } from '../../../finn/cycles/time-graph.ts';
import type { Sizing, SizingProgress } from '../../../finn/cycles/sizing/size-fifos.ts';

/** Simulations between two lines of the log. */
const linesEvery = 10;

/** Writes the progress of a search to the log of the action. */
export function progressLog(log: (line: string) => void): (progress: SizingProgress) => void {
  return ({ runs, target, cost }) => {
    if (runs % linesEvery === 0)
      log(`${runs} simulations for ${target} cycles: FIFOs of ${cost.LUT} LUT, ${cost.BRAM_18K} BRAM18`);
  };
}

/**
 * What a user should know about sized depths: a pace that no depths reach or that the board has no room for, or cheaper depths
 * than those kept. `asked` is a rate in images per second, or null for full pace.
 */
export function sizingWarnings(
  { sizing, isCheaperPossible }: TimedGraph,
  asked: number | null,
  clockMHz: number,
): readonly Diagnostic[] {
  if (sizing === null) return [];
  return [
    ...tooFast(sizing, asked, clockMHz),
    ...noRoom(sizing, clockMHz),
    ...(isCheaperPossible
      ? [
          warning(
            'timing/cheaper-depths',
            'the depths that were built last are kept; others would cost less',
            {
              hint: 'pipeline run --recut uses them and builds the submodel again',
            },
          ),
        ]
      : []),
  ];
}

function tooFast(
  { wanted, unbounded }: Sizing,
  asked: number | null,
  clockMHz: number,
): readonly Diagnostic[] {
  if (asked === null || wanted.interval >= unbounded) return [];
  const message = `no FIFOs let the submodel reach ${asked} img/s; with FIFOs that never fill it reaches ${rateOf(unbounded, clockMHz)}`;
  return [
    warning('timing/out-of-reach', message, {
      hint: 'pipeline timing shows the layer to fold for more; or lower target_fps',
    }),
  ];
}

function noRoom(
  { wanted, unbounded, pace, isReached, isAffordable, cost }: Sizing,
  clockMHz: number,
): readonly Diagnostic[] {
  const remedy = 'cut elsewhere or raise the limits of the split';
  if (!isAffordable)
    return [
      warning('timing/no-room', 'the board has no room for the FIFOs without which the submodel stops', {
        hint: `they cost ${cost.LUT} LUT and ${cost.BRAM_18K} BRAM18; ${remedy}`,
      }),
    ];
  if (isReached || (wanted.interval < unbounded && wanted.cost === null)) return [];
  const best = rateOf(Math.max(wanted.interval, unbounded), clockMHz);
  const lack =
    wanted.cost === null
      ? 'what they would cost was not found out'
      : `they would cost ${wanted.cost.LUT} LUT and ${wanted.cost.BRAM_18K} BRAM18, these cost ${cost.LUT} and ${cost.BRAM_18K}`;
  return [
    warning(
      'timing/no-room',
      `the board has no room for FIFOs for ${best} img/s; those chosen reach ${rateOf(pace.interval, clockMHz)} img/s`,
      { hint: `${lack}; ${remedy}` },
    ),
  ];
}

function rateOf(interval: number, clockMHz: number): string {
  return ((clockMHz * 1e6) / interval).toFixed(1);
}
