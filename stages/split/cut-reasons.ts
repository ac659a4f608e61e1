import { readHardwareGraph } from '../../finn/dialect/read.ts';
import { exceeded, usable } from '../../finn/split/board.ts';
import type { ShowContext } from '../view.ts';
import { questionOf } from './ask.ts';
import type { SubmodelNames } from './names.ts';
import type { SplitJob } from './params.ts';
import type { Question } from './question.ts';
import { split } from './stage.ts';

/**
 * What decided each cut, by position of the submodel before it: the resources of which the next layers would take too many, the
 * user, or pipeline.lock. Empty if the network that was cut is not there any more.
 */
export async function reasonsFor(
  { plan, stage, of }: ShowContext,
  names: readonly SubmodelNames[],
): Promise<readonly string[]> {
  const need = stage.needs['model'];
  if (stage.params['strategy'] === 'manual') return names.map(() => 'by hand');
  const before = need === undefined ? null : await of(need.stage);
  const [made] = before?.results ?? [];
  const file = made === undefined ? null : await before?.read(made.label, need?.port ?? '', 'dataflow.onnx');
  if (file === null || file === undefined) return [];
  const graph = readHardwareGraph(file);
  const ends = endsOf(names);
  if (graph.nodes.length - 1 !== ends.at(-1)) return [];
  const { params } = split.action({
    params: stage.params,
    toolchain: stage.toolchain,
    target: plan.target,
    platform: {},
    boardPart: null,
    cluster: plan.cluster,
    item: null,
    board: null,
  });
  const question = questionOf(graph, { ...(params as unknown as SplitJob), target: plan.target });
  return ends
    .slice(0, -1)
    .map((end, position) => reasonAt(question, position, ends[position - 1] ?? -1, end));
}

/** Indices of the last layers of submodels. */
function endsOf(names: readonly SubmodelNames[]): readonly number[] {
  let end = -1;
  return names.map(({ nodes }) => (end += nodes.length));
}

function reasonAt(
  { boards, cuttable, limits, needs }: Question,
  position: number,
  before: number,
  end: number,
): string {
  const board = boards[position % boards.length];
  if (board === undefined) return 'by an earlier result';
  const next = cuttable.findIndex((isCuttable, index) => index > end && isCuttable);
  const last = next < 0 ? cuttable.length - 1 : next;
  const { total } = needs(before + 1, last, board.type);
  const available = usable(board, limits);
  const over = exceeded(total, available).map(
    (kind) => `${total[kind]} ${kind}, and ${board.name} has ${Math.floor(available[kind])}`,
  );
  return over.length === 0
    ? 'as it was built last (pipeline.lock)'
    : `with the next ${last - end === 1 ? 'layer' : 'layers'} it would need ${over.join('; ')}`;
}
