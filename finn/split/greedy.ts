import { Refusal, refuseAll } from '../../onnx/refusal.ts';
import type { Resources } from '../ops/op.ts';
import { exceeded, sumResources, usable, type Board, type Limits } from './board.ts';

/** A layer as the walk sees it; `cuttable` says whether the network can be cut behind it. */
export interface Layer {
  readonly name: string;
  readonly resources: Resources;
  readonly cuttable: boolean;
}

/**
 * Cuts where the next layers would exceed the board whose turn it is: position p goes to board p mod n. Gives the
 * indices of the layers to cut behind, ascending. Refuses every layer that no board can hold, before it cuts anything.
 */
export function walkGreedily(
  layers: readonly Layer[],
  boards: readonly Board[],
  limits: Limits,
): readonly number[] {
  if (boards.length === 0) {
    throw new Refusal(
      'split/no-boards',
      'the greedy split needs to know what the boards have, but the cluster has none',
    );
  }
  const blocks = blocksOf(layers);
  refuseAll(blocks.flatMap((block) => tooBig(block, boards, limits)));
  const cuts: number[] = [];
  let used: readonly Resources[] = [];
  let end = -1;
  for (const block of blocks) {
    const board = boards[cuts.length % boards.length]!;
    if (used.length > 0 && !fits([...used, block.resources], board, limits)) {
      cuts.push(end);
      used = [];
    }
    const next = boards[cuts.length % boards.length]!;
    if (used.length === 0 && !fits([block.resources], next, limits))
      throw wrongTurn(block, next, cuts.length, limits);
    used = [...used, block.resources];
    end = block.end;
  }
  return cuts;
}

/** Layers between which no cut is possible, mostly a single one; `end` is the index of the last. */
interface Block {
  readonly names: readonly string[];
  readonly resources: Resources;
  readonly end: number;
}

function blocksOf(layers: readonly Layer[]): readonly Block[] {
  const blocks: Block[] = [];
  let start = 0;
  for (const [index, layer] of layers.entries()) {
    if (!layer.cuttable && index < layers.length - 1) continue;
    const inside = layers.slice(start, index + 1);
    blocks.push({
      names: inside.map(({ name }) => name),
      resources: sumResources(inside.map(({ resources }) => resources)),
      end: index,
    });
    start = index + 1;
  }
  return blocks;
}

function fits(parts: readonly Resources[], board: Board, limits: Limits): boolean {
  return exceeded(sumResources(parts), usable(board, limits)).length === 0;
}

function tooBig(block: Block, boards: readonly Board[], limits: Limits): readonly Refusal[] {
  if (boards.some((board) => fits([block.resources], board, limits))) return [];
  const types = [...new Map(boards.map((board) => [board.type, board])).values()];
  const lacks = types.map((board) => lack(block.resources, board, limits)).join('; ');
  return [
    new Refusal(
      'split/layer-too-big',
      `${described(block)} fits no board alone: ${lacks}`,
      remedy(block, types, limits),
    ),
  ];
}

function wrongTurn(block: Block, board: Board, position: number, limits: Limits): Refusal {
  return new Refusal(
    'split/layer-too-big',
    `${described(block)} comes to position ${String(position)}, the turn of ${board.name}, and does not fit: ${lack(block.resources, board, limits)}`,
    'list the boards in another order, cut by hand, or fold the layer differently',
  );
}

function lack(needed: Resources, board: Board, limits: Limits): string {
  const available = usable(board, limits);
  const figures = exceeded(needed, available).map((kind) => {
    const share = limits[kind] === 1 ? '' : ` (${percent(limits[kind])} of ${String(board.resources[kind])})`;
    return `it needs ${String(needed[kind])} ${kind}, ${board.type} has ${String(Math.floor(available[kind]))}${share}`;
  });
  return figures.join(', ');
}

/** A higher limit helps only where the whole board would be enough. */
function remedy({ resources }: Block, types: readonly Board[], limits: Limits): string {
  const roomy = types.find((board) => exceeded(resources, board.resources).length === 0);
  const fold = 'fold it differently (PE, SIMD, ram_style, resType) or use a larger board';
  if (roomy === undefined) return fold;
  const raised = exceeded(resources, usable(roomy, limits)).map((kind) => {
    const share = Math.ceil((resources[kind] / roomy.resources[kind]) * 1000) / 1000;
    return `the limit of ${kind} to ${share.toFixed(3)}`;
  });
  return `raise ${raised.join(' and ')}, ${fold}`;
}

function described({ names }: Block): string {
  const [first, ...others] = names;
  return others.length === 0
    ? first!
    : `the group ${first!} to ${others.at(-1)!}, in which no cut is possible,`;
}

function percent(share: number): string {
  return `${String(Math.round(share * 1000) / 10)} %`;
}
