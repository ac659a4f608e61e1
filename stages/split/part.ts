import { defined } from '../../base/defined.ts';
import type { Board } from '../../finn/split/board.ts';
import type { SubmodelDescription } from '../../finn/split/describe.ts';
import { describeSubmodel } from '../../finn/split/describe.ts';
import { submodelId } from '../../finn/split/identity.ts';
import type { Need } from '../../finn/split/needs.ts';
import type { Submodel } from '../../finn/split/submodel.ts';
import { cutGraph } from '../../finn/split/submodel.ts';
import type { Question } from './question.ts';

/** A submodel with the board that it is meant for and the resources that it uses there. */
export interface Part {
  readonly id: string;
  readonly position: number;
  readonly submodel: Submodel;
  /** Names of its first and last layer in the whole network. */
  readonly first: string;
  readonly last: string;
  /** The board whose turn it is; undefined if the cluster has none. */
  readonly board: Board | undefined;
  /** Of board. */
  readonly type: string;
  readonly description: SubmodelDescription;
  /** By the model that decides. */
  readonly need: Need;
  /** By FINN's estimates; null if those decide. */
  readonly estimated: Need | null;
}

/** The parts of a graph that is cut after these nodes; `type` is the board type if the cluster has no boards. */
export function partsOf(
  { graph, boards, part, needs, estimated }: Question,
  cuts: readonly number[],
  type: string,
): readonly Part[] {
  let start = 0;
  return cutGraph(graph, cuts).map((submodel, position): Part => {
    const id = submodelId(submodel);
    const board = boards[position % boards.length];
    const boardType = board?.type ?? type;
    const description = describeSubmodel(submodel, id, part);
    const end = cuts[position] ?? graph.nodes.length - 1;
    const first = start;
    start = end + 1;
    return {
      id,
      position,
      submodel,
      first: originalName(submodel, 0),
      last: originalName(submodel, -1),
      board,
      type: boardType,
      description,
      need: needs(first, end, boardType),
      estimated: estimated?.(first, end, boardType) ?? null,
    };
  });
}

function originalName({ names }: Submodel, at: number): string {
  return defined(names.at(at), 'a submodel has at least one node')[1];
}
