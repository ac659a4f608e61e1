import type { TimingReport } from '../../../finn/cycles/report.ts';
import { paceText } from './pace-text.ts';

/** One line: the interval between images and the latency of the first, or why there is none. */
export function summaryOf({ pace, clockMHz, source, assumed, deadlock }: TimingReport): string {
  if (pace === null) return `deadlock: ${deadlock.length} layers wait for each other`;
  const mark = source.type === 'finn' ? ", by FINN's estimates" : assumed.length > 0 ? ', HLS assumed' : '';
  return `${paceText(pace, clockMHz)}${mark}`;
}
