import { boardType } from '../../boards/data.ts';
import type { Fields } from '../../base/fields.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { nodeOf } from '../../finn/ops/index.ts';
import type { Platform } from '../../finn/overheads/overheads.ts';
import { modelOverheads } from '../../finn/overheads/overheads.ts';
import { cuttableAfter } from '../../finn/split/articulation.ts';
import type { Board, Limits } from '../../finn/split/board.ts';
import { exceeded, sumResources, usable } from '../../finn/split/board.ts';
import type { Layer } from '../../finn/split/greedy.ts';
import { walkGreedily } from '../../finn/split/greedy.ts';
import { submodelId } from '../../finn/split/identity.ts';
import { manualCuts } from '../../finn/split/manual.ts';
import type { BuiltPiece } from '../../finn/split/sticky.ts';
import { stickyCuts } from '../../finn/split/sticky.ts';
import { cutGraph } from '../../finn/split/submodel.ts';
import { Refusal } from '../../base/refusal.ts';

/** What a part needs beside its layers' estimates, by its first and last layer; null where that is not modelled. */
export type OverheadModel = ReturnType<typeof modelOverheads> | null;

export interface Chosen {
  /** Indices of the nodes to cut behind, ascending. */
  readonly cuts: readonly number[];
  /** How many parts a walk that knows of no earlier cuts would make; null where there was none or it made as many. */
  readonly fewer: number | null;
}

/** What params.overheads asks for. */
export function overheadModel(graph: HardwareGraph, params: Fields): OverheadModel {
  const model = params.has('overheads') ? params.text('overheads') : 'none';
  switch (model) {
    case 'none':
      return null;
    case 'modelled':
      return modelOverheads(graph);
    default:
      throw new Refusal('builtin/bad-job', `there is no model of overheads called ${model}`);
  }
}

export function platformOf(type: string): Platform {
  const { portWidth, resources } = boardType(type);
  return { portWidth, hasUram: resources.URAM > 0 };
}

/** Cuts by params.strategy; `greedy` stays by what params.lock says was built last, as far as that fits. */
export function chooseCuts(
  graph: HardwareGraph,
  params: Fields,
  boards: readonly Board[],
  limits: Limits,
  overhead: OverheadModel,
): Chosen {
  const cuttable = cuttableAfter(graph);
  const strategy = params.text('strategy');
  switch (strategy) {
    case 'manual': {
      const cuts = params.has('cuts')
        ? params.objects('cuts').map((cut) => ({ after: cut.text('after') }))
        : [];
      const names = graph.nodes.map(({ name }) => name);
      return { cuts: manualCuts(names, cuttable, cuts), fewer: null };
    }
    case 'greedy': {
      const part = params.object('target').text('part');
      const layers = graph.nodes.map((node, index): Layer => {
        const { op, view } = nodeOf(graph, node);
        return { name: node.name, resources: op.resources(view, part), cuttable: cuttable[index]! };
      });
      const besides = (first: number, last: number, { type }: Board) =>
        overhead === null ? nothing : overhead(first, last, platformOf(type)).total;
      const anew = walkGreedily(layers, boards, limits, besides);
      if (!params.has('lock')) return { cuts: anew, fewer: null };
      const kept = stickyCuts(builtPieces(params.object('lock')), {
        names: layers.map(({ name }) => name),
        cuttable,
        fits: fitting(layers, boards, limits, besides),
        isSame: (start, end, { id }) => idOf(graph, start, end) === id,
        boardAt: (position) => boards[position % boards.length]!.type,
      });
      if (kept === null) return { cuts: anew, fewer: null };
      return { cuts: kept, fewer: anew.length < kept.length ? anew.length + 1 : null };
    }
    default:
      throw new Refusal('split/unknown-strategy', `there is no strategy ${strategy}`, 'use manual or greedy');
  }
}

const nothing = { LUT: 0, BRAM_18K: 0, URAM: 0, DSP: 0 };

function builtPieces(lock: Fields): readonly BuiltPiece[] {
  return lock.objects('pieces').map((piece) => ({
    first: piece.text('first'),
    last: piece.text('last'),
    id: piece.text('id'),
    board: piece.text('board'),
  }));
}

/** The same question is asked for every number of pieces before, so that answers are remembered by board type. */
function fitting(
  layers: readonly Layer[],
  boards: readonly Board[],
  limits: Limits,
  besides: (first: number, last: number, board: Board) => typeof nothing,
) {
  const known = new Map<string, boolean>();
  return (start: number, end: number, position: number): boolean => {
    const board = boards[position % boards.length]!;
    const key = `${start} ${end} ${board.type}`;
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    const inside = layers.slice(start, end + 1).map(({ resources }) => resources);
    const needed = sumResources([...inside, besides(start, end, board)]);
    const fits = exceeded(needed, usable(board, limits)).length === 0;
    known.set(key, fits);
    return fits;
  };
}

function idOf(graph: HardwareGraph, start: number, end: number): string {
  const cuts = [start - 1, end].filter((cut) => cut >= 0 && cut < graph.nodes.length - 1);
  return submodelId(cutGraph(graph, cuts)[start === 0 ? 0 : 1]!);
}
