import { defined } from '../../../base/defined.ts';
import { lastExtent } from '../../../base/shape.ts';
import { permuted } from '../../permute.ts';
import { reordered } from '../constant.ts';
import { channelsLast } from '../float-graph.ts';
import { permutationOf, transposing } from './host.ts';
import type { Layer, LayerTensor } from './layer.ts';
import type { Wiring } from './wiring.ts';
import { wiringOf } from './wiring.ts';

/**
 * Removes reshapes of images to rows between layers, and a transpose before one; their order moves into the weights
 * (FINN+ 1.6.1 `RemoveCNVtoFCFlatten`). An image that the host quantises counts as made by a layer, between transposes: FINN
 * leaves it to the host only later.
 */
export function removeFlattens(
  layers: readonly Layer[],
  input: LayerTensor,
  isQuantisedByHost: boolean,
): readonly Layer[] {
  const wiring = wiringOf(layers);
  const gone = new Set<Layer>();
  const changed = new Map<Layer, Layer>();
  for (const layer of layers) {
    const reader = rowReader(layer, wiring, input);
    if (!reader) continue;
    const current = changed.get(reader) ?? reader;
    if (
      isQuantisedByHost &&
      isImage(input) &&
      isOnlyReader(layer, input, wiring) &&
      reader.opType === 'MVAU'
    ) {
      const transpose = channelsToEnd(layer, input);
      changed.set(layer, transpose).set(reader, withRowsReordered(current, transpose.outputs[0].shape));
      continue;
    }
    const flat = flattened(layer, current, wiring);
    if (!flat) continue;
    for (const each of flat.gone) gone.add(each);
    changed.set(reader, flat.reader);
  }
  return layers.flatMap((layer) => (gone.has(layer) ? [] : [changed.get(layer) ?? layer]));
}

/** The layers removed together with a reshape, and its changed reader; null if the reshape stays. */
function flattened(
  layer: Layer,
  reader: Layer,
  wiring: Wiring,
): { readonly gone: readonly Layer[]; readonly reader: Layer } | null {
  const [rows] = layer.inputs;
  const producer = wiring.producerOf(rows);
  if (producer?.host === null) return { gone: [layer], reader: readingFrom(reader, rows) };
  if (producer === undefined || reader.opType !== 'MVAU' || wiring.readersOf(rows).length > 1) return null;
  const [image] = producer.inputs;
  const shape = wiring.producerOf(image)?.host === null ? wiring.shapeOf(image) : undefined;
  if (shape === undefined || !isToChannelsFirst(producer)) return null;
  return { gone: [layer, producer], reader: readingFrom(withRowsReordered(reader, shape), image) };
}

function isImage({ shape, layout }: LayerTensor): boolean {
  return shape.length === 4 && layout?.join('') === 'NCHW';
}

function isOnlyReader(layer: Layer, { name }: LayerTensor, wiring: Wiring): boolean {
  const [reader, ...more] = wiring.readersOf(name);
  return reader === layer && more.length === 0;
}

/** A transpose of the network's input in the place of its reshape to rows. */
function channelsToEnd({ outputs: [rows], ...layer }: Layer, { shape, datatype }: LayerTensor): Layer {
  const outputs: Layer['outputs'] = [{ ...rows, shape: permuted(shape, channelsLast), datatype }];
  return { ...layer, opType: 'Transpose', outputs, host: transposing(channelsLast) };
}

function isToChannelsFirst(layer: Layer): boolean {
  return permutationOf(layer)?.join() === '0,3,1,2';
}

/** The only reader, in hardware, of a reshape to two dimensions that keeps the first; otherwise null. */
function rowReader(layer: Layer, wiring: Wiring, input: LayerTensor): Layer | null {
  if (layer.host?.opType !== 'Reshape') return null;
  const [{ name, shape }] = layer.outputs;
  const [batch] = wiring.shapeOf(layer.inputs[0]) ?? input.shape;
  if (shape.length !== 2 || batch !== shape[0]) return null;
  const [reader, ...more] = wiring.readersOf(name);
  return reader?.host === null && more.length === 0 && reader.inputs[0] === name ? reader : null;
}

function readingFrom(layer: Layer, tensor: string): Layer {
  return { ...layer, inputs: [tensor, ...layer.inputs.slice(1)] };
}

/** Turns a matrix for channels first into one for channels last. */
function withRowsReordered(layer: Layer, shape: readonly number[]): Layer {
  const [, height = 1, width = 1, channels = 1] = shape;
  const [first, ...more] = layer.parameters;
  const weights = defined(first, 'the first parameter of an MVAU is its weights');
  const image = { ...weights.constant, shape: [channels, height, width, lastExtent(weights.constant.shape)] };
  const constant = { ...reordered(image, [1, 2, 0, 3]), shape: weights.constant.shape };
  return { ...layer, parameters: [{ ...weights, constant }, ...more] };
}

/**
 * Makes hardware of the remaining reshapes, except those to a shape with zeros (FINN+ 1.6.1 `InferReshape`) and those of
 * what the host makes.
 */
export function reshapesInStream(layers: readonly Layer[], input: LayerTensor): readonly Layer[] {
  const known = new Map([[input.name, input]]);
  return layers.map((layer) => {
    const [name] = layer.inputs;
    const from = known.get(name);
    const changed = from && layer.opType === 'Reshape' ? reshapeInStream(layer, from) : layer;
    if (changed.host === null) for (const tensor of changed.outputs) known.set(tensor.name, tensor);
    return changed;
  });
}

function reshapeInStream(layer: Layer, input: LayerTensor): Layer {
  const attributes = {
    backend: 'fpgadataflow',
    inp_shape: input.shape,
    out_shape: layer.outputs[0].shape,
    dtype: input.datatype,
  };
  return { ...layer, attributes, host: null };
}
