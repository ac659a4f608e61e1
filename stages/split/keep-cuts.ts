import { defined } from '../../base/defined.ts';
import { Refusal } from '../../base/refusal.ts';
import { fieldsOf } from '../../base/fields.ts';
import type { JsonObject } from '../../base/json.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import type { Board } from '../../finn/split/board.ts';
import { exceeded, usable } from '../../finn/split/board.ts';
import { submodelId } from '../../finn/split/identity.ts';
import type { BuiltPiece } from '../../finn/split/sticky.ts';
import { stickyCuts } from '../../finn/split/sticky.ts';
import { cutGraph } from '../../finn/split/submodel.ts';
import type { Question } from './question.ts';

export interface KeptCuts {
  /** Indices of the nodes to cut after, ascending. */
  readonly cuts: readonly number[];
  /** The number of parts that new cuts would make; null if the strategy's own cuts are taken or make as many. */
  readonly fewer: number | null;
}

/** Keeps the last built cuts as far as they still fit; takes the strategy's own cuts if there is nothing to keep. */
export function keepCuts(question: Question, own: readonly number[]): KeptCuts {
  const { graph, cuttable, boards, limits, lock, needs } = question;
  if (lock === null) return { cuts: own, fewer: null };
  if (boards.length === 0)
    throw new Refusal(
      'split/no-boards',
      'cuts that were built for boards cannot be kept: the cluster has none',
      'add boards to the cluster',
    );
  const boardAt = (position: number): Board =>
    defined(boards[position % boards.length], 'a cluster without boards is refused');
  const kept = stickyCuts(builtPieces(lock), {
    names: graph.nodes.map(({ name }) => name),
    cuttable,
    fits: remembering(
      (start, end, board) =>
        exceeded(needs(start, end, board.type).total, usable(board, limits)).length === 0,
      boardAt,
    ),
    isSame: (start, end, { id }) => idOf(graph, start, end) === id,
    boardAt: (position) => boardAt(position).type,
  });
  if (kept === null) return { cuts: own, fewer: null };
  return { cuts: kept, fewer: own.length < kept.length ? own.length + 1 : null };
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
