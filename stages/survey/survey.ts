import type { Diagnostic } from '../../base/diagnostic.ts';
import { attempt } from '../../base/refusal.ts';
import type { BoardType } from '../../boards/data.ts';
import type { HostTensor, Meaning } from '../../finn/host/host-part.ts';
import { withDistinctNames } from '../../onnx/distinct-names.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { readModel } from '../../onnx/read.ts';
import { labelOf } from '../../qonnx/operators/operator.ts';
import type { LoweredNetwork } from '../finn/preprocess/lower-network.ts';
import { lowerNetwork } from '../finn/preprocess/lower-network.ts';
import type { PreprocessJob } from '../finn/preprocess/params.ts';
import { runHost } from '../shared/host.ts';
import type { Cutting } from './cutting.ts';
import { cuttingOf } from './cutting.ts';
import { firstFolding } from './first-folding.ts';

/** What becomes of a network as its user wrote it. */
export interface Survey {
  readonly input: HostTensor;
  readonly outputs: readonly (HostTensor & { readonly meaning: Meaning })[];
  /** What the host computes in front of the boards and behind them: nodes of the user's network, with their operators. */
  readonly front: readonly string[];
  readonly behind: readonly string[];
  /** Names of the hardware layers, in order. */
  readonly layers: readonly string[];
  /** How many layers there are of each operator of FINN, without `_hls` and `_rtl`. */
  readonly kinds: { readonly [operator: string]: number };
  /** The `target_fps` with which less is wrong with the hardware than without a folding; null to do without. */
  readonly rate: number | null;
  readonly cutting: Cutting;
  /** The preset that must be named, since the network needs another than the default; null for the default. */
  readonly preset: 'mobilenet' | null;
  /** The file beside the model that holds some of its values; null if the model holds them all. */
  readonly data: string | null;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Lowers a QONNX model with the embedded front end and looks where it can be cut for so many boards of a type; `beside` reads
 * a file in its folder. Refuses, as `finn/preprocess` does, what cannot be lowered, and what the host cannot run.
 */
export function survey(
  bytes: Uint8Array,
  beside: (name: string) => Uint8Array | null,
  board: BoardType,
  boards: number,
): Survey {
  const { model, data } = readWithData(bytes, beside);
  const { lowered, warnings, preset } = lowerByAnyPreset(model, { specialize: null, part: board.part });
  const { graph, host } = lowered;
  runHost(host);
  const first = firstFolding(graph, board, clockMHz);
  const operators = graph.nodes.map(({ opType }) => opType.replace(/_(?:hls|rtl)$/, ''));
  const kinds = new Map<string, number>();
  for (const operator of operators) kinds.set(operator, (kinds.get(operator) ?? 0) + 1);
  return {
    input: host.part.input,
    outputs: host.part.outputs,
    front: namedIn(model, host.before),
    behind: namedIn(model, host.after),
    layers: graph.nodes.map(({ name }) => name),
    kinds: Object.fromEntries(kinds),
    rate: first.rate,
    cutting: cuttingOf(first.graph, board, boards, clockMHz),
    preset,
    data,
    warnings: [...warnings, ...first.warnings],
  };
}

/** Of a new project. */
const clockMHz = 100;

/** The nodes of a part that have the name of one of the user's, without what was made to compute the same. */
function namedIn({ graph }: OnnxModel, part: OnnxModel): readonly string[] {
  const known = new Set(graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]));
  return part.graph.nodes.filter(({ name, outputs }) => known.has(name || (outputs[0] ?? ''))).map(labelOf);
}

/** By default no network is lowered as a MobileNet; its refusal by the default names what the user can change. */
function lowerByAnyPreset(
  model: OnnxModel,
  job: PreprocessJob,
): LoweredNetwork & { readonly preset: Survey['preset'] } {
  try {
    return { ...lowerNetwork(model, job), preset: null };
  } catch (refusal) {
    const other = attempt(() => lowerNetwork(model, { ...job, preset: 'mobilenet' }));
    if (!other.ok) throw refusal;
    return { ...other.value, preset: 'mobilenet' };
  }
}

/** A stage takes one file of values, so a second one counts as missing. */
function readWithData(
  bytes: Uint8Array,
  beside: (name: string) => Uint8Array | null,
): { readonly model: OnnxModel; readonly data: string | null } {
  let data: string | null = null;
  const model = readModel(bytes, (name) => {
    data ??= name;
    return data === name ? beside(name) : null;
  });
  return { model: withDistinctNames(model), data };
}
