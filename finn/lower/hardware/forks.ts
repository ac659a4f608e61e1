import { lastExtent } from '../../../base/shape.ts';
import { byDistance } from '../distance.ts';
import type { Some } from '../some.ts';
import { mapSome } from '../some.ts';
import type { Layer, LayerTensor } from './layer.ts';
import { hardware } from './layer.ts';
import { wiringOf } from './wiring.ts';

/**
 * Inserts a layer that copies its stream where several layers read one tensor, and orders all layers by their distance from
 * the input (FINN+ 1.6.1 `InferDuplicateStreamsLayer`).
 */
export function duplicateStreams(layers: readonly Layer[], input: LayerTensor): readonly Layer[] {
  const wiring = wiringOf(layers);
  const renamed = new Map<Layer, Layer>();
  const copied = (tensor: LayerTensor): readonly Layer[] => {
    const [first, second, ...others] = wiring.readersOf(tensor.name);
    if (first === undefined || second === undefined) return [];
    let count = 0;
    const copies = mapSome([first, second, ...others], (reader) => {
      const copy = { ...tensor, name: `${tensor.name}:copy${count++}` };
      const current = renamed.get(reader) ?? reader;
      const inputs = mapSome(current.inputs, (name) => (name === tensor.name ? copy.name : name));
      renamed.set(reader, { ...current, inputs });
      return copy;
    });
    return [duplicated(tensor, copies)];
  };
  const all = [...copied(input), ...layers.flatMap((layer) => [layer, ...layer.outputs.flatMap(copied)])];
  return byDistance(
    all.map((layer) => renamed.get(layer) ?? layer),
    ({ inputs, outputs }) => ({ inputs, outputs: outputs.map(({ name }) => name) }),
  );
}

function duplicated(tensor: LayerTensor, copies: Some<LayerTensor>): Layer {
  return hardware({
    name: tensor.name,
    opType: 'DuplicateStreams',
    inputs: [tensor.name],
    outputs: copies,
    parameters: [],
    attributes: {
      NumChannels: lastExtent(tensor.shape),
      NumOutputStreams: copies.length,
      PE: 1,
      cpp_interface: 'hls_vector',
      hls_style: 'freerunning',
      inputDataType: tensor.datatype,
      numInputVectors: tensor.shape.slice(0, -1),
      outFIFODepths: copies.map(() => 2),
    },
  });
}
