import { defined } from '../../base/defined.ts';
import { Refusal, refuseAll } from '../../base/refusal.ts';
import type { SynthesisedResources } from '../ops/op.ts';
import { amounts, sumAmounts } from '../synthesis/amounts.ts';
import type { Board, Limits } from './board.ts';
import { exceeded, usable } from './board.ts';

/** A layer as the split sees it; `cuttable` says whether the network can be cut after it. */
export interface SplitLayer {
  readonly name: string;
  readonly resources: SynthesisedResources;
  readonly cuttable: boolean;
}

/** The resources that the layers from one index to another need, in addition to their own, as a submodel on a board. */
export type Overhead = (first: number, last: number, board: Board) => SynthesisedResources;

/**
 * Cuts before the layers that, with their overhead, would exceed the current board; position p goes to board p mod n.
 * Returns the indices of the layers to cut after, ascending. Refuses every layer that no board can hold before it cuts
 * anything.
 */
export function walkGreedily(
  layers: readonly SplitLayer[],
  boards: readonly Board[],
  limits: Limits,
  overhead: Overhead = () => amounts({}),
): readonly number[] {
  if (boards.length === 0)
    throw new Refusal(
      'split/no-boards',
      'the greedy split requires the boards of the cluster, but there are none',
    );

  const blocks = blocksOf(layers);
  const needOn = (first: Block, last: Block, board: Board): Need => {
    const inside = layers.slice(first.start, last.end + 1).map(({ resources }) => resources);
    const besides = overhead(first.start, last.end, board);
    return { total: sumAmounts([...inside, besides]), overhead: besides };
  };
  refuseAll(blocks.flatMap((block) => tooBig(block, boards, limits, needOn)));
  const cuts: number[] = [];
  const turnOf = (position: number): Board =>
    defined(boards[position % boards.length], 'a split has at least one board');
  let start: Block | null = null;
  for (const block of blocks) {
    const board = turnOf(cuts.length);
    if (start !== null && !fits(needOn(start, block, board), board, limits)) {
      cuts.push(block.start - 1);
      start = null;
    }
    if (start !== null) continue;
    const next = turnOf(cuts.length);
    const need = needOn(block, block, next);
    if (!fits(need, next, limits)) throw wrongTurn(block, next, cuts.length, need, limits);
    start = block;
  }
  return cuts;
}

/** Layers between which no cut is possible, usually a single one, by the indices of the first and the last. */
interface Block {
  readonly names: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** The resources that layers need on a board; the overhead is part of the total. */
interface Need {
  readonly total: SynthesisedResources;
  readonly overhead: SynthesisedResources;
}

type NeedOn = (first: Block, last: Block, board: Board) => Need;

function blocksOf(layers: readonly SplitLayer[]): readonly Block[] {
  const blocks: Block[] = [];
  let start = 0;
  for (const [index, layer] of layers.entries()) {
    if (!layer.cuttable && index < layers.length - 1) continue;
    const inside = layers.slice(start, index + 1);
    blocks.push({ names: inside.map(({ name }) => name), start, end: index });
    start = index + 1;
  }
  return blocks;
}

function fits({ total }: Need, board: Board, limits: Limits): boolean {
  return exceeded(total, usable(board, limits)).length === 0;
}

function tooBig(block: Block, boards: readonly Board[], limits: Limits, needOn: NeedOn): readonly Refusal[] {
  if (boards.some((board) => fits(needOn(block, block, board), board, limits))) return [];
  const types = [...new Map(boards.map((board) => [board.type, board])).values()];
  const needs = types.map((board) => [board, needOn(block, block, board)] as const);
  const lacks = needs.map(([board, need]) => lack(need, board, limits)).join('; ');
  return [
    new Refusal(
      'split/layer-too-big',
      `${described(block)} fits no board alone: ${lacks}`,
      remedy(needs, limits),
    ),
  ];
}

function wrongTurn(block: Block, board: Board, position: number, need: Need, limits: Limits): Refusal {
  return new Refusal(
    'split/layer-too-big',
    `${described(block)} falls to position ${position}, which runs on ${board.name}, and does not fit: ${lack(need, board, limits)}`,
    'reorder the boards, cut manually, or fold the layer differently',
  );
}

function lack({ total, overhead }: Need, board: Board, limits: Limits): string {
  const available = usable(board, limits);
  const figures = exceeded(total, available).map((kind) => {
    const share = limits[kind] === 1 ? '' : ` (${percent(limits[kind])} of ${board.resources[kind]})`;
    const besides = overhead[kind] === 0 ? '' : `, ${overhead[kind]} of them overhead`;
    return `it needs ${total[kind]} ${kind}${besides}, ${board.type} has ${Math.floor(available[kind])}${share}`;
  });
  return figures.join(', ');
}

/** A higher limit helps only if the whole board is enough. */
function remedy(needs: readonly (readonly [Board, Need])[], limits: Limits): string {
  const roomy = needs.find(([board, { total }]) => exceeded(total, board.resources).length === 0);
  const fold = 'fold it differently (PE, SIMD, ram_style, resType) or use a larger board';
  if (roomy === undefined) return fold;
  const [board, { total }] = roomy;
  const raised = exceeded(total, usable(board, limits)).map((kind) => {
    const share = Math.ceil((total[kind] / board.resources[kind]) * 1000) / 1000;
    return `the limit of ${kind} to ${share.toFixed(3)}`;
  });
  return `raise ${raised.join(' and ')}, ${fold}`;
}

function described({ names }: Block): string {
  const [first = '', ...others] = names;
  const last = others.at(-1);
  return last === undefined ? first : `the group ${first} to ${last}, in which no cut is possible,`;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
