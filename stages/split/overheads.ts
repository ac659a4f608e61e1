import { boardType } from '../../boards/data.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import type { Overheads } from '../../finn/overheads/overheads.ts';
import { modelOverheads } from '../../finn/overheads/overheads.ts';

/**
 * The resources of a part in addition to its layers' estimates, by the indices of its first and last layer and the type of
 * its board.
 */
export type OverheadModel = (first: number, last: number, type: string) => Overheads;

/** The model of the resources that FINN's estimates leave out of the parts of a graph. */
export function overheadsIn(graph: HardwareGraph): OverheadModel {
  const model = modelOverheads(graph);
  return (first, last, type) => {
    const { portWidth, resources } = boardType(type);
    return model(first, last, { portWidth, hasUram: resources.URAM > 0 });
  };
}
