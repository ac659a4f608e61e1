import { harmlessLine } from '../reporters/style.ts';
import { paceText } from '../stages/finn/timing/pace-text.ts';
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
    case 'runs':
      return `${paceText(timed.pace, clockMHz)}${timed.isAssumed ? ', HLS assumed' : ''}`;
  }
}
