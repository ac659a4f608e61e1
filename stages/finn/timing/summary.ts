import type { TimingReport } from '../../../finn/cycles/report.ts';
import { milliseconds } from './milliseconds.ts';

/** One line: the interval between images and the latency of the first, or why there is none. */
export function summaryOf({ pace, clockMHz, source, assumed, deadlock }: TimingReport): string {
  if (pace === null) return `deadlock: ${deadlock.length} layers wait for each other`;
  const rate = (clockMHz * 1e6) / pace.interval;
  const shownRate = rate < 10 ? rate.toFixed(2) : String(Math.round(rate));
  const mark = source.type === 'finn' ? ", by FINN's estimates" : assumed.length > 0 ? ', HLS assumed' : '';
  return `interval ${pace.interval} cycles (${shownRate} img/s), latency ${milliseconds(pace.latency, clockMHz)}${mark}`;
}
