import { cuttableAfter } from '../../finn/split/articulation.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import type { Limits } from '../../finn/split/board.ts';
import type { ResourceModel } from '../../finn/synthesis/layer.ts';
import { needsIn } from './needs.ts';
import type { SplitJob } from './params.ts';
import type { Question } from './question.ts';

/** The question that a split with these parameters asks about a graph. */
export function questionOf(
  graph: HardwareGraph,
  { cuts, limits, overheads, model: decisive, fifos = 2, lock, boards, target }: Omit<SplitJob, 'strategy'>,
): Question {
  const model: ResourceModel = decisive ?? 'finn';
  const counting = { part: target.part, leastFifoDepth: fifos };
  return {
    graph,
    cuttable: cuttableAfter(graph),
    after: cuts.map(({ after }) => after),
    boards: boards.map(({ name, type, resources }) => ({ name, type, resources: amountsOf(resources, 0) })),
    limits: amountsOf(limits, 1),
    part: target.part,
    model,
    needs: needsIn(graph, { ...counting, model }, overheads !== undefined),
    estimated:
      model === 'finn' ? null : needsIn(graph, { ...counting, model: 'finn' }, overheads !== undefined),
    lock: lock ?? null,
  };
}

/** Amounts of all kinds of resources, with `absent` for those that are not named. */
export function amountsOf(amounts: { readonly [resource: string]: number }, absent: number): Limits {
  const { LUT = absent, FF = absent, BRAM_18K = absent, URAM = absent, DSP = absent } = amounts;
  return { LUT, FF, BRAM_18K, URAM, DSP };
}
