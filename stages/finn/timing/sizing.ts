import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import type { TimedGraph } from '../../../finn/cycles/time-graph.ts';
import type { SizingProgress } from '../../../finn/cycles/sizing/size-fifos.ts';

/** Simulations between two lines of the log. */
const linesEvery = 10;

/** Writes the progress of a search to the log of the action. */
export function progressLog(log: (line: string) => void): (progress: SizingProgress) => void {
  return ({ runs, target, cost }) => {
    if (runs % linesEvery === 0)
      log(`${runs} simulations for ${target} cycles: FIFOs of ${cost.LUT} LUT, ${cost.BRAM_18K} BRAM18`);
  };
}

/** What a user should know about sized depths: a pace that the board has no room for, or cheaper depths than those kept. */
export function sizingWarnings(
  { sizing, isCheaperPossible }: TimedGraph,
  clockMHz: number,
): readonly Diagnostic[] {
  if (sizing === null) return [];
  const { wanted, pace, isReached, isAffordable, cost } = sizing;
  const rate = (interval: number): string => `${((clockMHz * 1e6) / interval).toFixed(1)} img/s`;
  const lack =
    wanted.cost === null
      ? 'what they would cost was not found out'
      : `they would cost ${wanted.cost.LUT} LUT and ${wanted.cost.BRAM_18K} BRAM18, these cost ${cost.LUT} and ${cost.BRAM_18K}`;
  return [
    ...(isAffordable
      ? []
      : [
          warning('timing/no-room', 'the board has no room for the FIFOs without which the submodel stops', {
            hint: `they cost ${cost.LUT} LUT and ${cost.BRAM_18K} BRAM18; cut elsewhere or raise the limits of the split`,
          }),
        ]),
    ...(isReached || !isAffordable
      ? []
      : [
          warning(
            'timing/no-room',
            `the board has no room for FIFOs for ${rate(wanted.interval)}; those chosen reach ${rate(pace.interval)}`,
            { hint: `${lack}; cut elsewhere or raise the limits of the split` },
          ),
        ]),
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
