import { inSeries } from '../../onnx/in-series.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { renamed } from '../../onnx/renamed.ts';
import type { Divided } from '../ends/divide.ts';
import { divide } from '../ends/divide.ts';
import { isQuantiser } from '../ends/roles.ts';
import { soleOutput } from '../execute/boundary.ts';
import { tensorOf } from '../graph.ts';
import type { HostModels } from '../host/host-part.ts';
import { hostModels } from '../host/host-models.ts';
import { minimiseBitWidths } from '../minimise/bit-widths.ts';
import { toHardware } from './hardware/index.ts';
import type { Partition } from './hardware/partition.ts';
import { presetFor } from './choose-preset.ts';
import { importModel } from './import/index.ts';
import { readPreferences } from './preferences.ts';
import type { Route } from './route.ts';
import type { Specialised } from './specialise.ts';
import { specialise } from './specialise.ts';
import { streamline } from './streamline/index.ts';

export interface Lowered extends Specialised {
  readonly host: HostModels;
  /** By layer: the user's quantiser whose integers it makes. */
  readonly quantisers: ReadonlyMap<string, string>;
  /** Layers named by the specialize file whose kind does not occur in this network. */
  readonly unusedPreferences: readonly string[];
}

/**
 * The hardware graph of a QONNX model for an FPGA part, not yet folded, as FINN+ 1.6.1 leaves it after
 * `step_specialize_layers`, and what remains for the host; `specialize` is the parsed file of implementation choices, or
 * null; the preset follows from the network unless `route` names one. Refuses what cannot be lowered, by name.
 */
export function lower(
  model: OnnxModel,
  part: string,
  specialize: unknown,
  { preset, standaloneThresholds = false }: Partial<Route> = {},
): Lowered {
  const divided = divide(model);
  const imported = importModel(divided.body);
  const route = { preset: preset ?? presetFor(imported), standaloneThresholds };
  const isQuantisedByHost = divided.front.graph.nodes.some(isQuantiser);
  const made = toHardware(streamline(imported, route), route, isQuantisedByHost);
  const minimised = minimiseBitWidths(made.graph);
  const { styles, unused } = readPreferences(specialize, minimised);
  const specialised = specialise(minimised, part, styles);
  return {
    ...specialised,
    unusedPreferences: unused,
    host: hostOf(divided, { ...made, ...specialised }),
    quantisers: new Map(
      specialised.graph.nodes.flatMap(({ name }, index) => {
        const quantiser = made.quantisers[index] ?? null;
        return quantiser === null ? [] : [[name, quantiser] as const];
      }),
    ),
  };
}

/** The host's parts of the division, with what the lowering leaves to the host between them and the boards. */
function hostOf({ front, body, tail }: Divided, { graph, before, after }: Partition): HostModels {
  const [link] = body.graph.outputs;
  const [left] = after.graph.outputs;
  const behind = link && left ? renamed(after, new Map([[left.name, link.name]])) : after;
  const last = graph.nodes.at(-1)?.opType ?? '';
  const boards = last.startsWith('LabelSelect') ? 'class' : 'values';
  return hostModels(inSeries(front, before), inSeries(behind, tail), {
    meaning: boards,
    datatype: tensorOf(graph, soleOutput(graph)).datatype,
  });
}
