import type { OnnxModel } from '../../onnx/model.ts';
import { soleOutput } from '../execute/boundary.ts';
import { tensorOf } from '../graph.ts';
import type { HostOps } from '../host/host-part.ts';
import { minimiseBitWidths } from '../minimise/bit-widths.ts';
import { toHardware } from './hardware/index.ts';
import { importModel } from './import/index.ts';
import { readPreferences } from './preferences.ts';
import { unsupportedGraph } from './refuse.ts';
import type { Route } from './route.ts';
import type { Specialised } from './specialise.ts';
import { specialise } from './specialise.ts';
import { streamline } from './streamline/index.ts';

export interface Lowered extends Specialised {
  readonly host: HostOps;
  /** Layers named by the specialize file whose kind does not occur in this network. */
  readonly unusedPreferences: readonly string[];
}

/** FINN's own choice of steps. */
const byDefault: Route = { preset: 'default', standaloneThresholds: false };

/**
 * The hardware graph of a QONNX model for an FPGA part, not yet folded, as FINN+ 1.6.1 leaves it after
 * `step_specialize_layers`; `specialize` is the parsed file of implementation choices, or null. Refuses what
 * cannot be lowered, by name.
 */
export function lower(model: OnnxModel, part: string, specialize: unknown, route = byDefault): Lowered {
  if (route.preset === 'residual')
    throw unsupportedGraph(
      'the embedded front end does not have the preset residual',
      'use toolchain: {frontend: finn}',
    );
  const imported = importModel(model);
  const { graph, before, after, outputShape } = toHardware(streamline(imported, route), route);
  const minimised = minimiseBitWidths(graph);
  const { styles, unused } = readPreferences(specialize, minimised);
  const specialised = specialise(minimised, part, styles);
  const { datatype } = tensorOf(specialised.graph, soleOutput(specialised.graph));
  return {
    ...specialised,
    unusedPreferences: unused,
    host: {
      format: 1,
      before,
      after,
      input: { shape: imported.input.shape, datatype: imported.input.datatype },
      output: { shape: outputShape, datatype },
    },
  };
}
