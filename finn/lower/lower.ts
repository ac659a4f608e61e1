import type { OnnxModel } from '../../onnx/model.ts';
import type { HardwareGraph } from '../graph.ts';
import type { HostPart } from '../host.ts';
import { minimiseBitWidths } from '../minimise.ts';
import { toHardware } from './hardware/index.ts';
import { importModel } from './import/index.ts';
import { readPreferences } from './preferences.ts';
import { specialise, type Specialised } from './specialise.ts';
import { streamline } from './streamline/index.ts';

export interface Lowered extends Specialised {
  readonly host: HostPart;
  /** Layers that the specialize file names and this network has none of the kind of. */
  readonly unusedPreferences: readonly string[];
}

/**
 * The hardware graph of a QONNX model for an FPGA part, not yet folded (PE and SIMD are 1), as FINN+ 1.6.1 leaves it
 * after `step_specialize_layers`; `specialize` is the parsed file of implementation choices, or null. What cannot be
 * lowered is refused by name.
 */
export function lower(model: OnnxModel, part: string, specialize: unknown): Lowered {
  const imported = importModel(model);
  const { graph, before, after } = toHardware(streamline(imported));
  const minimised = minimiseBitWidths(graph);
  const { styles, unused } = readPreferences(specialize, minimised);
  const specialised = specialise(minimised, part, styles);
  return {
    ...specialised,
    unusedPreferences: unused,
    host: { format: 1, before, after, ...ends(specialised.graph) },
  };

  function ends(hardware: HardwareGraph): Pick<HostPart, 'input' | 'output'> {
    const output = hardware.tensors.get(hardware.outputs[0]!)!;
    const last = after.at(-1);
    return {
      input: { shape: imported.input.shape, datatype: imported.input.datatype },
      output: { shape: last?.op === 'Reshape' ? last.shape : output.shape, datatype: output.datatype },
    };
  }
}
