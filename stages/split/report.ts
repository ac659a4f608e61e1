import type { Diagnostic } from '../../base/diagnostic.ts';
import { warning } from '../../base/diagnostic.ts';
import { counted } from '../../base/text.ts';
import type { SynthesisedResources } from '../../finn/ops/op.ts';
import type { Board, Limits, ResourceKind } from '../../finn/split/board.ts';
import { exceeded, kindsOf, usable } from '../../finn/split/board.ts';
import { differenceOf } from '../../finn/split/difference.ts';
import type { Need } from '../../finn/split/needs.ts';
import { sumAmounts } from '../../finn/synthesis/amounts.ts';
import type { ResourceModel } from '../../finn/synthesis/layer.ts';
import type { Part } from './part.ts';

/** One line: the number of submodels, and the memory of each. */
export function summaryOf(parts: readonly Part[]): string {
  return `${counted(parts.length, 'submodel')}: ${parts.map(memoryOf).join(', ')}`;
}

/** The entry of a part in `split.json`: FINN's estimate, what its RTL instantiates if that decides, and the overhead. */
export function reportOf(part: Part, model: ResourceModel): object {
  const { id, position, first, last, board, type, description, need } = part;
  const { resources, cycles } = description;
  return {
    position,
    id,
    first,
    last,
    resources,
    ...(model === 'rtl' ? { rtl: need.layers } : {}),
    ...(need.overhead === null ? {} : { overhead: overheadOf(need.overhead, model) }),
    cycles: { max: cycles.max, total: cycles.total },
    board: type,
    share: board === undefined ? null : shareOf(need.total, board, model),
  };
}

/** A warning for every resource of which a part needs more than is available on its board. */
export function overfull(
  { position, board, first, last, need }: Part,
  limits: Limits,
): readonly Diagnostic[] {
  if (board === undefined) return [];
  const available = usable(board, limits);
  return exceeded(need.total, available).map((kind) => {
    const amount = need.overhead?.total[kind] ?? 0;
    const besides = amount === 0 ? '' : ` (${amount} of them overhead)`;
    return warning(
      'split/over-budget',
      `submodel ${position} (${first} to ${last}) needs ${need.total[kind]} ${kind}${besides}, but ${board.name} (${board.type}) has ${Math.floor(available[kind])} available`,
      {
        hint: isLeftToVivado(need, kind, available)
          ? 'Vivado decides where memories with ram_style auto go: set it in the folding, cut elsewhere, or fold the layers differently'
          : 'cut elsewhere or fold its layers differently',
      },
    );
  });
}

/** A warning if a part fits its board by one model and not by the other. */
export function differing(
  { position, board, first, last, need, estimated }: Part,
  limits: Limits,
): readonly Diagnostic[] {
  if (board === undefined || estimated === null) return [];
  const difference = differenceOf(need.total, estimated.total, usable(board, limits));
  if (difference === null) return [];
  return [
    warning(
      'split/models-differ',
      `submodel ${position} (${first} to ${last}) fits ${board.name} (${board.type}) by ${difference}`,
      { hint: 'the RTL decides; toolchain.model: finn lets the estimates decide' },
    ),
  ];
}

/** A warning if a limit is given for flip-flops and the model does not count them. */
export function uncounted(
  limits: { readonly [resource: string]: number },
  model: ResourceModel,
): readonly Diagnostic[] {
  if (model === 'rtl' || limits['FF'] === undefined) return [];
  return [
    warning('split/uncounted-limit', "the limit of FF has no effect: FINN's estimates count no flip-flops", {
      hint: 'use toolchain.model: rtl, or remove the limit',
    }),
  ];
}

/** A warning that new cuts would make fewer parts. */
export function offer(parts: readonly Part[], fewer: number): Diagnostic {
  return warning(
    'split/fewer-possible',
    `the cuts that were built last are kept, which makes ${parts.length} submodels; new cuts would make ${fewer}`,
    { hint: 'pipeline run --recut uses them and rebuilds what changes' },
  );
}

function memoryOf({ need: { total, overhead } }: Part): string {
  const besides = overhead?.total.BRAM_18K ?? 0;
  return `${total.BRAM_18K - besides}${overhead === null ? '' : `+${besides}`} BRAM18`;
}

/** Without the kinds that the model does not count. */
function overheadOf(overhead: NonNullable<Need['overhead']>, model: ResourceModel): object {
  if (model === 'rtl') return overhead;
  const { FF: _none, ...total } = overhead.total;
  return { ...overhead, total };
}

/** Whether the part would fit if Vivado put all memories that are left to it into the same kind of memory. */
function isLeftToVivado(
  { layers, overhead }: Need,
  kind: ResourceKind,
  available: SynthesisedResources,
): boolean {
  const besides = overhead === null ? [] : [overhead.total];
  return [layers.inLuts, layers.inBlocks].some(
    (answer) => sumAmounts([answer, ...besides])[kind] <= available[kind],
  );
}

/** The used share of a board; null for a resource that the board does not have. */
function shareOf(used: SynthesisedResources, { resources }: Board, model: ResourceModel): object {
  return Object.fromEntries(
    kindsOf(model).map((kind) => [kind, resources[kind] === 0 ? null : used[kind] / resources[kind]]),
  );
}
