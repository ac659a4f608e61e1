import { defined } from '../../base/defined.ts';
import { fieldsOf } from '../../base/fields.ts';
import type { JsonObject } from '../../base/json.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { nodeOf } from '../../finn/ops/index.ts';
import type { Resources } from '../../finn/ops/op.ts';
import type { Board } from '../../finn/split/board.ts';
import { exceeded, sumResources, usable } from '../../finn/split/board.ts';
import type { SplitLayer } from '../../finn/split/greedy.ts';
import { walkGreedily } from '../../finn/split/greedy.ts';
import { submodelId } from '../../finn/split/identity.ts';
import type { BuiltPiece } from '../../finn/split/sticky.ts';
import { stickyCuts } from '../../finn/split/sticky.ts';
import { cutGraph } from '../../finn/split/submodel.ts';
import type { Chosen, Question } from './question.ts';

/** Cuts into as few parts as fit the boards in turn; keeps the last built cuts as far as they still fit. */
export function cutGreedily(question: Question): Chosen {
  const { graph, cuttable, boards, limits, lock } = question;
  const layers = layersOf(question);
  const besides = besidesIn(question);
  const anew = walkGreedily(layers, boards, limits, besides);
  if (lock === null) return { cuts: anew, fewer: null };
  const boardAt = (position: number): Board =>
    defined(boards[position % boards.length], 'the walk refuses a cluster without boards');
  const kept = stickyCuts(builtPieces(lock), {
    names: layers.map(({ name }) => name),
    cuttable,
    fits: remembering((start, end, board) => {
      const inside = layers.slice(start, end + 1).map(({ resources }) => resources);
      const needed = sumResources([...inside, besides(start, end, board)]);
      return exceeded(needed, usable(board, limits)).length === 0;
    }, boardAt),
    isSame: (start, end, { id }) => idOf(graph, start, end) === id,
    boardAt: (position) => boardAt(position).type,
  });
  if (kept === null) return { cuts: anew, fewer: null };
  return { cuts: kept, fewer: anew.length < kept.length ? anew.length + 1 : null };
}

function layersOf({ graph, cuttable, part }: Question): readonly SplitLayer[] {
  return graph.nodes.map((node, index): SplitLayer => {
    const { op, view } = nodeOf(graph, node);
    return { name: node.name, resources: op.resources(view, part), cuttable: cuttable[index] === true };
  });
}

function besidesIn({ overhead }: Question): (first: number, last: number, board: Board) => Resources {
  const nothing = { LUT: 0, BRAM_18K: 0, URAM: 0, DSP: 0 };
  return (first, last, { type }) => (overhead === null ? nothing : overhead(first, last, type).total);
}

function builtPieces(lock: JsonObject): readonly BuiltPiece[] {
  const pieces = fieldsOf(lock, 'pipeline.lock', 'builtin/bad-job').objects('pieces');
  return pieces.map((piece) => ({
    first: piece.text('first'),
    last: piece.text('last'),
    id: piece.text('id'),
    board: piece.text('board'),
  }));
}

/** The same question recurs for every number of preceding pieces, so that answers are remembered by board type. */
function remembering(
  fits: (start: number, end: number, board: Board) => boolean,
  boardAt: (position: number) => Board,
) {
  const known = new Map<string, boolean>();
  return (start: number, end: number, position: number): boolean => {
    const board = boardAt(position);
    const key = `${start} ${end} ${board.type}`;
    const answer = known.get(key) ?? fits(start, end, board);
    known.set(key, answer);
    return answer;
  };
}

function idOf(graph: HardwareGraph, start: number, end: number): string {
  const cuts = [start - 1, end].filter((cut) => cut >= 0 && cut < graph.nodes.length - 1);
  const [before, piece = before] = cutGraph(graph, cuts);
  const found = start === 0 ? before : piece;
  return found === undefined ? '' : submodelId(found);
}
