import { boardType } from '../../boards/data.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import type { Counting, Need } from '../../finn/split/needs.ts';
import { countNeeds } from '../../finn/split/needs.ts';

/** What a part needs, by the indices of its first and last layer and the type of its board. */
export type NeedsOn = (first: number, last: number, type: string) => Need;

/** The needs of the parts of a graph, with or without overheads. */
export function needsIn(graph: HardwareGraph, counting: Counting, overheads: boolean): NeedsOn {
  const needs = countNeeds(graph, counting);
  return (first, last, type) => {
    if (!overheads) return needs(first, last, null);
    const { portWidth, resources } = boardType(type);
    return needs(first, last, { portWidth, hasUram: resources.URAM > 0 });
  };
}
