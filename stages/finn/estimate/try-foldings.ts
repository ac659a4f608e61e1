import { defined } from '../../../base/defined.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Target } from '../../../core/contracts/types.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import type { Reports } from '../../../finn/estimate/reports.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import type { FoldingFile } from '../../../finn/fold/describe.ts';
import { describeFolding } from '../../../finn/fold/describe.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import type { ResourceModel } from '../../../finn/synthesis/layer.ts';
import type { CountedNetwork, CountedResources } from './count-layers.ts';
import { countLayers } from './count-layers.ts';
import type { FoldingChoice } from './fold-graph.ts';
import { foldGraph } from './fold-graph.ts';
import { queueWarnings } from './queue-warnings.ts';
import { shortQueuesOf } from './short-queues.ts';
import type { GraphPace } from './time-folding.ts';
import { timeFolding } from './time-folding.ts';
import type { Toolchain } from '../../toolchain.ts';
import { attempt } from '../../../base/refusal.ts';
import type { Result } from '../../../base/result.ts';
import { success } from '../../../base/result.ts';

export type { CountedResources } from './count-layers.ts';
export type { FoldingChoice } from './fold-graph.ts';
export type { GraphPace } from './time-folding.ts';
export type { FoldingFile } from '../../../finn/fold/describe.ts';

/** One layer under a folding; null if a layer has no such attribute. */
export interface FoldedLayer {
  readonly name: string;
  readonly PE: number | null;
  readonly SIMD: number | null;
  /** Whether whole windows are processed at a time; null for layers without windows. */
  readonly parallelWindow: boolean | null;
  /** Per image. */
  readonly cycles: number;
  readonly resources: CountedResources;
}

/** A folding of a network with FINN's estimates of cycles, and the resources by the model that decides. */
export interface FoldedNetwork {
  readonly model: ResourceModel;
  readonly layers: readonly FoldedLayer[];
  readonly total: CountedResources;
  /** Whether flip-flops take more of the target board than FINN allows, which is half. */
  readonly isShortOfFlipFlops: boolean;
  /** The slowest layer, the first of several. */
  readonly bottleneck: string;
  /** Images per second that the slowest layer allows. */
  readonly rate: number;
  /** As a folding file. */
  readonly file: FoldingFile;
  readonly warnings: readonly Diagnostic[];
  /** How fast it runs as one piece; the simulation takes seconds. */
  readonly timed: () => GraphPace;
}

/**
 * Folds the network that `finn/preprocess` left in `dataflow.onnx` by each of several choices, and counts it for a target by a
 * model of resources. Warns if the whole network fits the target's board by one model and not by the other.
 */
export function tryFoldings(
  network: Uint8Array,
  choices: readonly FoldingChoice[],
  target: Target,
  { model, frontend, ...build }: Pick<Toolchain, 'frontend' | 'model' | 'fifos' | 'mvauQueue'>,
): readonly Result<FoldedNetwork>[] {
  const { part, clockMHz } = target;
  const given = attempt(() => readHardwareGraph(network));
  if (!given.ok) return choices.map(() => given);
  const queues = shortQueuesOf({ model, ...build });
  // FINN itself folds for a rate by its own rule, whatever queue is built.
  const avoidsShortQueues = queues === 'avoid' && frontend === 'embedded';
  let like: HardwareGraph | null = null;
  return choices.map((choice) => {
    const careful = choice.type === 'rate' ? { ...choice, avoidsShortQueues } : choice;
    const tried = attempt(() => foldGraph(given.value, careful, clockMHz, like));
    if (!tried.ok) return tried;
    const { graph, warnings } = tried.value;
    like = graph;
    const counted = countLayers(graph, target, model);
    const reports = estimate(graph, part, clockMHz);
    const shown = [...warnings, ...(queues === null ? [] : queueWarnings(graph))];
    const network = networkOf(given.value, graph, reports, counted, shown);
    return success({ ...network, timed: () => timeFolding(graph, target, build) });
  });
}

function networkOf(
  given: HardwareGraph,
  graph: HardwareGraph,
  { estimate_layer_cycles: cycles, estimate_network_performance }: Reports,
  { model, layers, total, isShortOfFlipFlops, warnings: differing }: CountedNetwork,
  warnings: readonly Diagnostic[],
): Omit<FoldedNetwork, 'timed'> {
  const performance = estimate_network_performance;
  const file = describeFolding(graph, given);
  return {
    model,
    layers: graph.nodes.map(({ name }, index) => {
      const { PE, SIMD, parallel_window: parallel } = file[name] ?? {};
      return {
        name,
        PE: integerOf(PE),
        SIMD: integerOf(SIMD),
        parallelWindow: parallel === undefined ? null : parallel === 1,
        cycles: defined(cycles[name], 'the reports hold every layer'),
        resources: defined(layers[index], 'every layer is counted'),
      };
    }),
    total,
    isShortOfFlipFlops,
    bottleneck: performance.max_cycles_node_name,
    rate: performance.estimated_throughput_fps,
    file,
    warnings: [...warnings, ...differing],
  };
}

function integerOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
