import { defined } from '../../../base/defined.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Target } from '../../../core/contracts/types.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import type { Reports } from '../../../finn/estimate/reports.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import type { FoldingFile } from '../../../finn/fold/describe.ts';
import { describeFolding } from '../../../finn/fold/describe.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import type { Resources } from '../../../finn/ops/op.ts';
import type { FoldingChoice } from './fold-graph.ts';
import { foldGraph } from './fold-graph.ts';
import { attempt } from '../../../base/refusal.ts';
import type { Result } from '../../../base/result.ts';
import { success } from '../../../base/result.ts';

export type { FoldingChoice } from './fold-graph.ts';
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
  readonly resources: Resources;
}

/** A folding of a network with FINN's estimates. */
export interface FoldedNetwork {
  readonly layers: readonly FoldedLayer[];
  readonly total: Resources;
  /** The slowest layer, the first of several. */
  readonly bottleneck: string;
  /** Images per second that the slowest layer allows. */
  readonly rate: number;
  /** As a folding file. */
  readonly file: FoldingFile;
  readonly warnings: readonly Diagnostic[];
}

/** Folds the network that `finn/preprocess` left in `dataflow.onnx` by each of several choices, and estimates it for a target. */
export function tryFoldings(
  model: Uint8Array,
  choices: readonly FoldingChoice[],
  { part, clockMHz }: Pick<Target, 'part' | 'clockMHz'>,
): readonly Result<FoldedNetwork>[] {
  const given = attempt(() => readHardwareGraph(model));
  if (!given.ok) return choices.map(() => given);
  let like: HardwareGraph | null = null;
  return choices.map((choice) => {
    const tried = attempt(() => foldGraph(given.value, choice, clockMHz, like));
    if (!tried.ok) return tried;
    const { graph, warnings } = tried.value;
    like = graph;
    return success(networkOf(given.value, graph, estimate(graph, part, clockMHz), warnings));
  });
}

function networkOf(
  given: HardwareGraph,
  graph: HardwareGraph,
  {
    estimate_layer_resources: resources,
    estimate_layer_cycles: cycles,
    estimate_network_performance,
  }: Reports,
  warnings: readonly Diagnostic[],
): FoldedNetwork {
  const performance = estimate_network_performance;
  const file = describeFolding(graph, given);
  return {
    layers: graph.nodes.map(({ name }) => {
      const { PE, SIMD, parallel_window: parallel } = file[name] ?? {};
      return {
        name,
        PE: integerOf(PE),
        SIMD: integerOf(SIMD),
        parallelWindow: parallel === undefined ? null : parallel === 1,
        cycles: defined(cycles[name], 'the reports hold every layer'),
        resources: amountsOf(resources[name]),
      };
    }),
    total: amountsOf(resources['total']),
    bottleneck: performance.max_cycles_node_name,
    rate: performance.estimated_throughput_fps,
    file,
    warnings,
  };
}

function integerOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function amountsOf({ LUT = 0, BRAM_18K = 0, URAM = 0, DSP = 0 }: Partial<Resources> = {}): Resources {
  return { LUT, BRAM_18K, URAM, DSP };
}
