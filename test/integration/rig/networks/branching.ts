import type { OnnxModel, OnnxTensor } from '../../../../onnx/model.ts';
import { elementCount } from '../../../../base/shape.ts';
import { seeded } from '../../../rig/seeded.ts';
import type { Activation, Drawing } from './lowering-drawing.ts';
import { append, floats, integers, modelOf, named, node } from './lowering-drawing.ts';
import { activation, normalisation, quantisedWeights } from './lowering-layers.ts';
import { topK } from './lowering-parts.ts';

/** Ways to join branches, to average, to enlarge and to end, by what they are called below. */
export type Body = (drawing: Drawing) => void;

/** A network of images that goes through `body` between its first layer, which reads what `start` makes of them, and its end. */
export function networkOf(
  body: Body,
  { shape = [1, 3, 6, 6], datatype = 'UINT8', start = fromBytes, end = classify }: Partial<Parts> = {},
): OnnxModel {
  const input = { tensor: 'input', shape, datatype };
  const drawing: Drawing = { random: seeded(1), nodes: [], constants: new Map(), end: input };
  start(drawing);
  window(drawing, inner);
  normalisation(drawing, false);
  body(drawing);
  end(drawing);
  const labels = drawing.nodes.at(-1)!.opType === 'TopK';
  return modelOf(drawing, input, 13, 2, labels);
}

export interface Parts {
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly start: Body;
  readonly end: Body;
}

const inner = 4;

function fromBytes(drawing: Drawing): void {
  append(drawing, 'Div', drawing.end.shape, [floats([], () => 255)]);
}

/** Behind a last quantiser: a product, and the label of its largest result. */
function classify(drawing: Drawing): void {
  scores(drawing);
  topK(drawing);
}

/** Behind a last quantiser: a product with one scale for all weights. */
export function scores(drawing: Drawing, outputs = 5): void {
  const { shape } = drawing.end;
  const features = elementCount(shape);
  if (shape.length !== 2) append(drawing, 'Flatten', [1, features], [], { axis: 1 });
  append(drawing, 'MatMul', [1, outputs], [quantisedWeights(drawing, [features, outputs], [], 4)]);
}

/** A quantiser of 4 bits, behind a Relu if it has no sign. */
export function quantise(drawing: Drawing, scale: number, signed = false): void {
  if (!signed) append(drawing, 'Relu', drawing.end.shape);
  const step = floats([], () => scale);
  activation(drawing, { bits: 4, signed, narrow: false }, step);
}

/** What of a convolution is not as usual. */
export interface Unusual {
  /** Of the weights. */
  readonly bits?: number;
  /** Each channel for itself; `outputs` is then their number. */
  readonly depthwise?: boolean;
  /** A name, or a constant that gets one. */
  readonly bias?: OnnxTensor | string | undefined;
}

/** A convolution with padding that keeps the size, if the stride does; over lines too. */
export function window(
  drawing: Drawing,
  outputs: number,
  kernel = 3,
  stride = 1,
  { bits = 4, depthwise = false, bias }: Unusual = {},
): void {
  const [batch, inputs, ...extents] = drawing.end.shape as readonly [number, number, ...number[]];
  const each = (value: number): readonly number[] => extents.map(() => value);
  const perOutput = [outputs, 1, ...each(1)];
  const shape = [outputs, depthwise ? 1 : inputs, ...each(kernel)];
  const weights = quantisedWeights(drawing, shape, perOutput, bits);
  const results = extents.map((extent) => Math.floor((extent - 1) / stride) + 1);
  const constants = bias === undefined ? [weights] : [weights, bias];
  append(drawing, 'Conv', [batch, outputs, ...results], constants, {
    kernel_shape: each(kernel),
    strides: each(stride),
    dilations: each(1),
    pads: [...each((kernel - 1) / 2), ...each((kernel - 1) / 2)],
    group: depthwise ? inputs : 1,
  });
}

/** A convolution, its normalisation and a quantiser. */
export function layer(
  drawing: Drawing,
  scale: number,
  { kernel = 3, stride = 1, signed = false }: { kernel?: number; stride?: number; signed?: boolean } = {},
): void {
  window(drawing, drawing.end.shape[1]!, kernel, stride);
  normalisation(drawing, false);
  quantise(drawing, scale, signed);
}

/** Adds what each branch makes of the end, from left to right. */
export function add(drawing: Drawing, ...branches: readonly Body[]): void {
  drawing.end = endsOf(drawing, branches).reduce((left, right) => ({
    tensor: node(drawing, 'Add', [left.tensor, right.tensor]),
    shape: left.shape,
  }));
}

/** Concatenates the channels of what each branch makes of the end. */
export function concatenate(drawing: Drawing, ...branches: readonly Body[]): void {
  const ends = endsOf(drawing, branches);
  const [batch, , ...extents] = ends[0]!.shape as readonly [number, number, ...number[]];
  const tensors = ends.map(({ tensor }) => tensor);
  const channels = ends.reduce((sum, { shape }) => sum + shape[1]!, 0);
  drawing.end = {
    tensor: node(drawing, 'Concat', tensors, { axis: 1 }),
    shape: [batch, channels, ...extents],
  };
}

/** Parts of the end's channels, of these sizes: for each a branch that begins with it. */
export function split(drawing: Drawing, sizes: readonly number[]): readonly Body[] {
  const [batch, , ...extents] = drawing.end.shape as readonly [number, number, ...number[]];
  const names = sizes.map((_, index) => `part${'abcdef'[index]!}${drawing.nodes.length}`);
  node(drawing, 'Split', [drawing.end.tensor, named(drawing, integers(sizes))], { axis: 1 }, names);
  return sizes.map((channels, index) => (branch) => {
    branch.end = { tensor: names[index]!, shape: [batch, channels, ...extents] };
  });
}

/** What each branch makes of the end. */
function endsOf(drawing: Drawing, branches: readonly Body[]): readonly Activation[] {
  const start = drawing.end;
  return branches.map((branch) => {
    drawing.end = start;
    branch(drawing);
    return drawing.end;
  });
}

/** The largest of windows. */
export function maxPool(
  drawing: Drawing,
  { kernel, stride, pad = 0, ceil = 0 }: { kernel: number; stride: number; pad?: number; ceil?: 0 | 1 },
): void {
  const [batch, count, ...extents] = drawing.end.shape as readonly [number, number, ...number[]];
  const round = ceil === 1 ? Math.ceil : Math.floor;
  const results = extents.map((extent) => round((extent + 2 * pad - kernel) / stride) + 1);
  const each = (value: number): readonly number[] => extents.map(() => value);
  append(drawing, 'MaxPool', [batch, count, ...results], [], {
    kernel_shape: each(kernel),
    strides: each(stride),
    pads: [...each(pad), ...each(pad)],
    ceil_mode: ceil,
  });
}

/** Each pixel twice, down and along. */
export function enlarge(drawing: Drawing): void {
  const [batch, count, ...extents] = drawing.end.shape as readonly [number, number, ...number[]];
  const scales = floats([2 + extents.length], (index) => (index < 2 ? 1 : 2));
  const shape = [batch, count, ...extents.map((extent) => 2 * extent)];
  append(drawing, 'Resize', shape, ['', scales], {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  });
}

/** The mean of each channel, as a GlobalAveragePool or as a ReduceMean. */
export function average(drawing: Drawing, by: 'pool' | 'mean'): void {
  const [batch, count, ...extents] = drawing.end.shape as readonly [number, number, ...number[]];
  if (by === 'pool') append(drawing, 'GlobalAveragePool', [batch, count, ...extents.map(() => 1)]);
  else
    append(drawing, 'ReduceMean', [batch, count], [], {
      axes: extents.map((_, axis) => 2 + axis),
      keepdims: 0,
    });
}

/** Values of an image for a network. */
export function imageFor({ graph }: OnnxModel, seed: number): readonly number[] {
  const random = seeded(seed);
  const shape = graph.inputs[0]!.shape as readonly number[];
  return Array.from({ length: elementCount(shape) }, () => Math.floor(random() * 256));
}
