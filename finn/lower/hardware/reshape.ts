import { reordered } from '../constant.ts';
import type { Layer, LayerTensor } from './layer.ts';
import type { Wiring } from './wiring.ts';
import { wiringOf } from './wiring.ts';

/**
 * Takes out what makes a row of an image between layers, and a transpose in front of it, whose order goes into the weights
 * (FINN+ 1.6.1 `RemoveCNVtoFCFlatten`).
 */
export function removeFlattens(layers: readonly Layer[]): readonly Layer[] {
  const wiring = wiringOf(layers);
  const gone = new Set<Layer>();
  const changed = new Map<Layer, Layer>();
  for (const layer of layers) {
    const reader = rowReader(layer, wiring);
    if (!reader) continue;
    const producer = wiring.producerOf(layer.inputs[0]!);
    const current = changed.get(reader) ?? reader;
    if (producer?.host === null) {
      gone.add(layer);
      changed.set(reader, readingFrom(current, layer.inputs[0]!));
    } else if (producer?.host?.op === 'Transpose' && producer.host.perm.join() === '0,3,1,2') {
      const image = producer.inputs[0]!;
      const maker = wiring.producerOf(image);
      if (maker?.host !== null || current.opType !== 'MVAU' || wiring.readersOf(layer.inputs[0]!).length > 1)
        continue;
      const { shape } = maker.outputs.find(({ name }) => name === image)!;
      gone.add(layer).add(producer);
      changed.set(reader, readingFrom(withRowsReordered(current, shape), image));
    }
  }
  return layers.flatMap((layer) => (gone.has(layer) ? [] : [changed.get(layer) ?? layer]));
}

/** The hardware that alone reads a reshape to two dimensions which keeps the first; else null. */
function rowReader(layer: Layer, wiring: Wiring): Layer | null {
  if (layer.host?.op !== 'Reshape') return null;
  const input = wiring.shapeOf(layer.inputs[0]!);
  const [output] = layer.outputs;
  if (output?.shape.length !== 2 || input?.[0] !== output.shape[0]) return null;
  const [reader, ...more] = wiring.readersOf(output.name);
  return reader?.host === null && more.length === 0 && reader.inputs[0] === output.name ? reader : null;
}

function readingFrom(layer: Layer, tensor: string): Layer {
  return { ...layer, inputs: [tensor, ...layer.inputs.slice(1)] };
}

/** A matrix for channels first becomes one for channels last. */
function withRowsReordered(layer: Layer, shape: readonly number[]): Layer {
  const [, height = 1, width = 1, channels = 1] = shape;
  const [weights, ...more] = layer.parameters;
  const columns = weights!.constant.shape[1]!;
  const image = { ...weights!.constant, shape: [channels, height, width, columns] };
  const constant = { ...reordered(image, [1, 2, 0, 3]), shape: weights!.constant.shape };
  return { ...layer, parameters: [{ ...weights!, constant }, ...more] };
}

/** Makes hardware of the reshapes that are left, but for those to a shape with zeros (FINN+ 1.6.1 `InferReshape`). */
export function reshapesInStream(layers: readonly Layer[], input: LayerTensor): readonly Layer[] {
  const known = new Map(
    [input, ...layers.flatMap(({ outputs }) => outputs)].map((tensor) => [tensor.name, tensor]),
  );
  return layers.map((layer) => reshapeInStream(layer, known.get(layer.inputs[0]!)!));
}

function reshapeInStream(layer: Layer, input: LayerTensor): Layer {
  if (layer.opType !== 'Reshape' || layer.host?.op !== 'Reshape') return layer;
  const attributes = {
    backend: 'fpgadataflow',
    inp_shape: input.shape,
    out_shape: layer.host.shape,
    dtype: input.datatype,
  };
  return { ...layer, attributes, host: null };
}
