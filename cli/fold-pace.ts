import { harmlessLine } from '../reporters/style.ts';
import type { FoldedNetwork, GraphPace } from '../stages/finn/estimate/try-foldings.ts';

/** How fast one folding, or one and another, run as they are built; below a blank line, since it comes after seconds. */
export function paceLines(
  network: FoldedNetwork,
  before: FoldedNetwork | null,
  clockMHz: number,
): readonly string[] {
  if (before === null) return ['', `as built: ${paceOf(network.timed(), clockMHz)}`];
  return [
    '',
    `as built, now:  ${paceOf(before.timed(), clockMHz)}`,
    `as built, then: ${paceOf(network.timed(), clockMHz)}`,
  ];
}

function paceOf(timed: GraphPace, clockMHz: number): string {
  switch (timed.type) {
    case 'unknown':
      return harmlessLine(`not simulated, ${timed.reason}`);
    case 'deadlock':
      return 'deadlock: its FIFOs are too small';
    case 'runs': {
      const { interval, latency } = timed.pace;
      const rate = (clockMHz * 1e6) / interval;
      const shownRate = rate < 10 ? rate.toFixed(2) : String(Math.round(rate));
      const mark = timed.isAssumed ? ', HLS assumed' : '';
      return `interval ${interval} cycles (${shownRate} img/s), latency ${(latency / (clockMHz * 1000)).toFixed(2)} ms${mark}`;
    }
  }
}
