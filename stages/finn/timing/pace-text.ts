import type { Pace } from '../../../finn/cycles/measure.ts';

/** A pace in words: the interval with its images per second, and the latency of the first image. */
export function paceText({ interval, latency }: Pace, clockMHz: number): string {
  const rate = (clockMHz * 1e6) / interval;
  const shownRate = rate < 10 ? rate.toFixed(2) : String(Math.round(rate));
  return `interval ${interval} cycles (${shownRate} img/s), latency ${shortTime(latency / clockMHz)}`;
}

function shortTime(microseconds: number): string {
  return microseconds < 1000 ? `${microseconds.toFixed(2)} µs` : `${(microseconds / 1000).toFixed(2)} ms`;
}
