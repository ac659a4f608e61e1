import type { HardwareGraph } from '../graph.ts';
import type { Resources, Synthesis, SynthesisedResources } from '../ops/op.ts';
import type { Platform } from '../overheads/overheads.ts';
import { modelOverheads } from '../overheads/overheads.ts';
import { synthesisedOverheads } from '../overheads/synthesised.ts';
import { amounts, largerOf, sumAmounts, sumSyntheses } from '../synthesis/amounts.ts';
import type { ResourceModel } from '../synthesis/layer.ts';
import { layerResources } from '../synthesis/layer.ts';

/** How resources are counted. */
export interface Counting {
  readonly model: ResourceModel;
  /** The FPGA's full name. */
  readonly part: string;
  /** The least depth of a FIFO in words, for the model `rtl`; 2 is the least that FINN builds. */
  readonly leastFifoDepth: number;
}

/** The parts of an overhead by name, with their sum. */
export interface OverheadParts {
  readonly [part: string]: Resources;
  readonly total: SynthesisedResources;
}

/** What layers need as a submodel on an FPGA. */
export interface Need {
  readonly layers: Synthesis;
  /** Null if overheads are left out. */
  readonly overhead: OverheadParts | null;
  /** What must fit: the overhead and the layers, kind by kind the larger of their two answers. */
  readonly total: SynthesisedResources;
}

/** The needs of the layers from one index to another, as a submodel on a platform; null leaves overheads out. */
export function countNeeds(
  graph: HardwareGraph,
  { model, part, leastFifoDepth }: Counting,
): (first: number, last: number, platform: Platform | null) => Need {
  const layers = graph.nodes.map((node) => layerResources(graph, node, part, model));
  const overheadOf = overheadsBy(graph, model, leastFifoDepth);
  return (first, last, platform) => {
    const inside = sumSyntheses(layers.slice(first, last + 1));
    const overhead = platform === null ? null : overheadOf(first, last, platform);
    const total = sumAmounts([largerOf(inside), ...(overhead === null ? [] : [overhead.total])]);
    return { layers: inside, overhead, total };
  };
}

/** The needs of a whole graph as one submodel on a platform; null leaves overheads out. */
export function neededBy(graph: HardwareGraph, counting: Counting, platform: Platform | null): Need {
  return countNeeds(graph, counting)(0, graph.nodes.length - 1, platform);
}

function overheadsBy(
  graph: HardwareGraph,
  model: ResourceModel,
  leastFifoDepth: number,
): (first: number, last: number, platform: Platform) => OverheadParts {
  if (model === 'rtl') return synthesisedOverheads(graph, leastFifoDepth);
  const overheads = modelOverheads(graph);
  return (first, last, platform) => {
    const { total, ...parts } = overheads(first, last, platform);
    return { ...parts, total: amounts(total) };
  };
}
