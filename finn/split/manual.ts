import { Refusal, refuseAll } from '../../base/refusal.ts';
import { nameHint } from '../../base/suggest.ts';

/** A cut requested by a user, after the node of this name. */
export interface ManualCut {
  readonly after: string;
}

/**
 * The indices of the nodes to cut after, ascending; `cuttable` as of `cuttableAfter`. Refuses unknown nodes,
 * cuts named twice, and cuts after the last node or where more than one activation would cross; reports all at once.
 */
export function manualCuts(
  names: readonly string[],
  cuttable: readonly boolean[],
  cuts: readonly ManualCut[],
): readonly number[] {
  const problems = cuts.flatMap(({ after }, position) => {
    const index = names.indexOf(after);
    const at = ['cuts', position, 'after'];
    if (index === -1)
      return [
        new Refusal(
          'split/unknown-node',
          `there is no node ${after} to cut after`,
          nameHint(after, names),
          at,
        ),
      ];

    if (cuts.findIndex((other) => other.after === after) < position)
      return [
        new Refusal('split/duplicate-cut', `the cut after ${after} is named twice`, 'name it once', at),
      ];

    if (index === names.length - 1)
      return [
        new Refusal(
          'split/cut-at-end',
          `${after} is the last node; nothing is left after it`,
          'leave this cut out',
          at,
        ),
      ];

    return cuttable[index] === true ? [] : [notCuttable(after, at, names, cuttable)];
  });
  refuseAll(problems);
  return cuts.map(({ after }) => names.indexOf(after)).sort((left, right) => left - right);
}

function notCuttable(
  after: string,
  at: readonly (string | number)[],
  names: readonly string[],
  cuttable: readonly boolean[],
): Refusal {
  const possible = names.filter((_, index) => cuttable[index]);
  return new Refusal(
    'split/not-cuttable',
    `after ${after} more than one activation would cross the cut`,
    possible.length === 0 ? 'this network cannot be cut' : `cuts are possible after ${possible.join(', ')}`,
    at,
  );
}
