import { exportedNetwork } from '../integration/rig/networks/exported/index.ts';
import { judged } from '../rig/against-original/judge.ts';
import type { Verdict } from '../rig/against-original/judge.ts';
import type { Round } from './rig/tally.ts';
import { roundsOf } from './rig/tally.ts';

/**
 * Random networks of the forms that Brevitas exports: what the embedded front end makes of them computes on boards and host
 * what the networks are, also folded and cut; or it is refused. No network of the seed's kind may end in an exception.
 */
export const rounds = roundsOf((seed) => Promise.resolve(seed).then(networkOf));

function networkOf(seed: number): Round {
  const exported = exportedNetwork(seed);
  const verdict = judged(exported, seed);
  const counts = [exported.kind, `${exported.kind} ${verdict.type}`, ...details(verdict)];
  return {
    figures: Object.fromEntries(counts.map((name) => [name, 1])),
    faults:
      verdict.type === 'wrong' ? [`${exported.kind} (${exported.traits.join(', ')}): ${verdict.what}`] : [],
  };
}

/** Why it is refused, without names; how its results are as good as equal; or which foldings are refused. */
function details(verdict: Verdict): readonly string[] {
  switch (verdict.type) {
    case 'refused':
      return [`${verdict.code}: ${verdict.message.replaceAll(/\w*\d\w*/g, '#')}`];
    case 'taken':
      return [...verdict.unfolded, ...verdict.agreements.flatMap(({ reason }) => reason ?? [])];
    case 'wrong':
      return [];
  }
}
