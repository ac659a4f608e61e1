import type { LayerTiming, TimingReport } from '../../../finn/cycles/report.ts';
import type { FifoPolicy } from '../../toolchain.ts';

export { describeWait } from '../../../finn/cycles/waits.ts';
export { paceText } from './pace-text.ts';
export type { FifoTiming, LayerTiming, TimingReport } from '../../../finn/cycles/report.ts';

/** Pace below that with FIFOs that never fill, from which deeper ones are worth mentioning. */
const worthwhile = 1.01;

/** Where the next image per second would come from, given the policy that chose the depths; null if nothing comes out at all. */
export function adviceOn(
  { pace, unbounded, layers, clockMHz, source }: TimingReport,
  fifos: FifoPolicy,
): string | null {
  if (pace === null) return null;
  if (source.type === 'finn') return `the pace is FINN's estimate: ${source.reason}`;
  if (unbounded !== null && pace.interval > unbounded * worthwhile) {
    const rate = Math.floor((clockMHz * 1e6) / unbounded);
    return `deeper FIFOs would allow up to ${rate} img/s: ${remedyFor(fifos)}`;
  }
  const busiest = busiestOf(layers);
  return busiest === null
    ? null
    : `fold ${busiest.name} for more: it is busy for ${busiest.cycles} of ${pace.interval} cycles`;
}

/** The layer that waits least. */
export function busiestOf(layers: readonly LayerTiming[]): LayerTiming | null {
  const waits = ({ starved, blocked }: LayerTiming): number => starved + blocked;
  return layers.reduce<LayerTiming | null>(
    (least, layer) => (least === null || waits(layer) < waits(least) ? layer : least),
    null,
  );
}

/** How to get deeper FIFOs than these. */
function remedyFor(fifos: FifoPolicy): string {
  if (fifos.type !== 'sized') return 'toolchain.fifos: sized';
  return fifos.rate === null
    ? 'leave more of the board free for them, or run with --recut'
    : 'raise target_fps, or leave more of the board free for them';
}
