import type { OnnxTensor } from '../../../../../onnx/model.ts';
import { window } from '../branching.ts';
import { between } from '../drawing.ts';
import { pick } from '../foldings.ts';
import { append, floats, named, node, normal, rounded, uneven } from '../lowering-drawing.ts';
import type { Quantiser } from '../lowering-layers.ts';
import { activation, product } from '../lowering-layers.ts';
import type { Sampled } from './sampled.ts';
import { valuesAtEnd } from './sampled.ts';

/** A quantiser with one scale. */
export interface Range extends Quantiser {
  readonly scale: number;
}

/** A range of the network's width, with a scale that lets it reach about as far as the end does. */
export function rangeAtEnd(drawing: Sampled, signed: boolean): Range {
  const { random } = drawing;
  const bits = Math.max(drawing.activationBits ?? between(random, 1, 8), signed ? 2 : 1);
  return { bits, signed, narrow: signed && random() < 0.3, scale: stepFor(drawing, bits, signed) };
}

/** Quantises the end, behind a Relu or a limit where it has no sign; a range of its own if none is given. */
export function activate(drawing: Sampled, given?: Range): Range {
  const { random, end } = drawing;
  const signed = given?.signed ?? random() < 0.35;
  if (drawing.clips) limit(drawing, signed);
  else if (!signed) append(drawing, 'Relu', end.shape);
  const range = given ?? rangeAtEnd(drawing, signed);
  activation(
    drawing,
    range,
    floats([], () => range.scale),
  );
  return range;
}

/** Quantises the end behind a Relu with a scale for each channel, as in front of depthwise convolutions. */
export function activatePerChannel(drawing: Sampled): void {
  const { random, end } = drawing;
  append(drawing, 'Relu', end.shape);
  const { bits, scale } = rangeAtEnd(drawing, false);
  const shape = [1, end.shape[1]!, ...end.shape.slice(2).map(() => 1)];
  const scales = floats(shape, () => rounded(drawing, scale * uneven(random, 0.5, 1.2)));
  activation(drawing, { bits, signed: false, narrow: false }, scales);
}

/** The end as -1 and 1. */
export function binarise(drawing: Sampled): void {
  append(drawing, 'BipolarQuant', drawing.end.shape, [floats([], () => 1)]);
}

/** Batch normalisation of what the sample has, some with factors of both signs. */
export function normalise(drawing: Sampled): void {
  const { random, end } = drawing;
  const channels = end.shape[1]!;
  const mixed = random() < 0.3;
  if (mixed) drawing.traits.add('negative factors');
  const found = statistics(valuesAtEnd(drawing), channels);
  const spread = found.reduce((sum, { variance }) => sum + variance, 0) / channels;
  append(
    drawing,
    'BatchNormalization',
    end.shape,
    [
      floats([channels], () => (mixed && random() < 0.5 ? -1 : 1) * uneven(random, 0.5, 1.5)),
      floats([channels], () => normal(random) * 0.4),
      floats([channels], (channel) => found[channel]!.mean + 0.2 * normal(random) * Math.sqrt(spread)),
      floats(
        [channels],
        (channel) => 1e-3 + (found[channel]!.variance + 0.2 * spread) * uneven(random, 0.7, 1.4),
      ),
    ],
    { epsilon: 1e-5 },
  );
}

/** Of each channel; where there is but one value of each, all of them have the variance of the channels together. */
function statistics(
  values: Float32Array,
  channels: number,
): readonly { readonly mean: number; readonly variance: number }[] {
  const places = values.length / channels;
  const overall = meanAndVariance(values);
  return Array.from({ length: channels }, (_, channel) => {
    const own = meanAndVariance(values.subarray(channel * places, (channel + 1) * places));
    return places > 1 ? own : { ...overall, mean: own.mean };
  });
}

function meanAndVariance(values: Float32Array): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

/** A convolution of the network's width, with some bias, and mostly with a normalisation. */
export function layer(
  drawing: Sampled,
  outputs: number,
  {
    kernel = 3,
    stride = 1,
    depthwise = false,
  }: { kernel?: number; stride?: number; depthwise?: boolean } = {},
): void {
  const bits = drawing.weightBits ?? between(drawing.random, 1, 8);
  window(drawing, outputs, kernel, stride, { bits, depthwise, bias: someBias(drawing, outputs) });
  if (drawing.random() < 0.75) normalise(drawing);
}

/** A product of the network's width, mostly with a normalisation. */
export function dense(drawing: Sampled, outputs: number): void {
  product(drawing, outputs, drawing.weightBits === null ? {} : { bits: drawing.weightBits });
  if (drawing.random() < 0.6) normalise(drawing);
}

/** A bias as float, or behind a quantiser of its own in networks with such; or none. */
export function someBias(drawing: Sampled, outputs: number): OnnxTensor | string | undefined {
  const { random, traits, quantisesBiases } = drawing;
  if (random() < 0.6) return undefined;
  traits.add(quantisesBiases ? 'quantised bias' : 'bias');
  const values = floats([outputs], () => 0.3 * normal(random));
  if (!quantisesBiases) return values;
  const bits = pick([8, 16], random);
  const scale = rounded(drawing, uneven(random, 1, 2) / 2 ** (bits - 1));
  const settings = [values, floats([1], () => scale), floats([], () => 0), floats([], () => bits)];
  const inputs = settings.map((each) => named(drawing, each));
  return node(drawing, 'Quant', inputs, { signed: 1, narrow: 0, rounding_mode: 'ROUND' });
}

function limit(drawing: Sampled, signed: boolean): void {
  const [low, high] = signed ? [-1, 1] : [0, 6];
  drawing.traits.add('Clip');
  append(drawing, 'Clip', drawing.end.shape, [floats([], () => low), floats([], () => high)]);
}

function stepFor(drawing: Sampled, bits: number, signed: boolean): number {
  const largest = valuesAtEnd(drawing).reduce(
    (most, value) => Math.max(most, signed ? Math.abs(value) : value),
    0,
  );
  const levels = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return rounded(drawing, (uneven(drawing.random, 0.5, 1.1) * (largest > 0 ? largest : 1)) / levels);
}
