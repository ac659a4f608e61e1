import type { Diagnostic } from '../../../base/diagnostic.ts';
import { warning } from '../../../base/diagnostic.ts';
import { boardType } from '../../../boards/data.ts';
import type { Target } from '../../../core/contracts/types.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import type { Resources, SynthesisedResources } from '../../../finn/ops/op.ts';
import { differenceOf } from '../../../finn/split/difference.ts';
import { largerOf, sumAmounts } from '../../../finn/synthesis/amounts.ts';
import type { ResourceModel } from '../../../finn/synthesis/layer.ts';
import { layerResources } from '../../../finn/synthesis/layer.ts';

/** Flip-flops are counted by the model `rtl` only. */
export type CountedResources = Resources | SynthesisedResources;

/** The resources of a folded network by a model. */
export interface CountedNetwork {
  readonly model: ResourceModel;
  /** In the order of the graph. */
  readonly layers: readonly CountedResources[];
  readonly total: CountedResources;
  /** Whether flip-flops take more than half of the target's board. */
  readonly isShortOfFlipFlops: boolean;
  readonly warnings: readonly Diagnostic[];
}

/** Counts the layers of a folded graph; warns if all of them fit the target's board by one model and not by the other. */
export function countLayers(
  graph: HardwareGraph,
  { part, board }: Target,
  model: ResourceModel,
): CountedNetwork {
  const layersBy = (by: ResourceModel): readonly SynthesisedResources[] =>
    graph.nodes.map((node) => largerOf(layerResources(graph, node, part, by)));
  const layers = layersBy(model);
  const total = sumAmounts(layers);
  const { resources: available } = boardType(board);
  if (model === 'finn')
    return {
      model,
      layers: layers.map(estimated),
      total: estimated(total),
      isShortOfFlipFlops: false,
      warnings: [],
    };
  return {
    model,
    layers,
    total,
    isShortOfFlipFlops: total.FF > available.FF / 2,
    warnings: differing(total, sumAmounts(layersBy('finn')), available, board),
  };
}

function estimated({ LUT, BRAM_18K, URAM, DSP }: SynthesisedResources): Resources {
  return { LUT, BRAM_18K, URAM, DSP };
}

function differing(
  total: SynthesisedResources,
  byFinn: SynthesisedResources,
  available: SynthesisedResources,
  board: string,
): readonly Diagnostic[] {
  const difference = differenceOf(total, byFinn, available);
  if (difference === null) return [];
  return [
    warning('fold/models-differ', `the layers fit one ${board} by ${difference}`, {
      hint: 'the RTL decides; toolchain.model: finn lets the estimates decide',
    }),
  ];
}
