import type { Diagnostic } from '../../base/diagnostic.ts';
import { warning } from '../../base/diagnostic.ts';
import { counted } from '../../base/text.ts';
import type { Resources } from '../../finn/ops/op.ts';
import type { Board, Limits } from '../../finn/split/board.ts';
import { exceeded, resourceKinds, usable } from '../../finn/split/board.ts';
import type { Part } from './part.ts';

/** One line: the number of submodels, and the memory of each. */
export function summaryOf(parts: readonly Part[]): string {
  return `${counted(parts.length, 'submodel')}: ${parts.map(memoryOf).join(', ')}`;
}

/** The entry of a part in `split.json`. */
export function reportOf(part: Part): object {
  const { id, position, first, last, board, type, description, overhead, needed } = part;
  const { resources, cycles } = description;
  return {
    position,
    id,
    first,
    last,
    resources,
    ...(overhead === null ? {} : { overhead }),
    cycles: { max: cycles.max, total: cycles.total },
    board: type,
    share: board === undefined ? null : shareOf(needed, board),
  };
}

/** A warning for every resource of which a part needs more than is available on its board. */
export function overfull(
  { position, board, first, last, overhead, needed }: Part,
  limits: Limits,
): readonly Diagnostic[] {
  if (board === undefined) return [];
  const available = usable(board, limits);
  return exceeded(needed, available).map((kind) => {
    const amount = overhead?.total[kind] ?? 0;
    const besides = amount === 0 ? '' : ` (${amount} of them overhead)`;
    return warning(
      'split/over-budget',
      `submodel ${position} (${first} to ${last}) needs ${needed[kind]} ${kind}${besides}, but ${board.name} (${board.type}) has ${Math.floor(available[kind])} available`,
      { hint: 'cut elsewhere or fold its layers differently' },
    );
  });
}

/** A warning that new cuts would make fewer parts. */
export function offer(parts: readonly Part[], fewer: number): Diagnostic {
  return warning(
    'split/fewer-possible',
    `the cuts that were built last are kept, which makes ${parts.length} submodels; new cuts would make ${fewer}`,
    { hint: 'pipeline run --recut uses them and rebuilds what changes' },
  );
}

function memoryOf({ description, overhead }: Part): string {
  const besides = overhead === null ? '' : `+${overhead.total.BRAM_18K}`;
  return `${description.resources.BRAM_18K}${besides} BRAM18`;
}

/** The used share of a board; null for a resource that the board does not have. */
function shareOf(used: Resources, { resources }: Board): object {
  return Object.fromEntries(
    resourceKinds.map((kind) => [kind, resources[kind] === 0 ? null : used[kind] / resources[kind]]),
  );
}
