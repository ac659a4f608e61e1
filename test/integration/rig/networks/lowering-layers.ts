import type { OnnxTensor } from '../../../../onnx/model.ts';
import { between } from './drawing.ts';
import { pick } from './foldings.ts';
import type { Drawing } from './lowering-drawing.ts';
import { floats, named, node, normal, append, rounded, uneven } from './lowering-drawing.ts';

/** The range of a quantiser. */
export interface Quantiser {
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
}

/** What of a convolution is not left to chance. */
export interface Wish {
  readonly depthwise?: boolean;
  readonly pads?: boolean;
  readonly bits?: number;
  /** The same down as along. */
  readonly square?: boolean;
  /** Without strides. */
  readonly dense?: boolean;
}

/** A convolution with random weights, window and padding. */
export function convolution(drawing: Drawing, wish: Wish = {}): void {
  const { random } = drawing;
  const [batch, channels, height, width] = drawing.end.shape as readonly [number, number, number, number];
  const depthwise = wish.depthwise ?? random() < 0.25;
  const outputs = depthwise ? channels : between(random, 1, 8);
  const down = axis(random, height, wish);
  const along = wish.square === true ? down : axis(random, width, wish);
  const extents = [extentOf(down, height), extentOf(along, width)];
  const weights = quantisedWeights(
    drawing,
    [outputs, depthwise ? 1 : channels, down.kernel, along.kernel],
    [outputs, 1, 1, 1],
    wish.bits,
  );
  const bias = random() < 0.3 ? [floats([outputs], () => normal(random))] : [];
  append(drawing, 'Conv', [batch, outputs, ...extents], [weights, ...bias], {
    kernel_shape: [down.kernel, along.kernel],
    strides: [down.stride, along.stride],
    dilations: [down.dilation, along.dilation],
    pads: [down.before, along.before, down.after, along.after],
    group: depthwise ? channels : 1,
  });
}

interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

function axis(random: () => number, size: number, { pads, dense }: Wish): Axis {
  const padded = pads !== false && random() < 0.6;
  const [before, after] = padded && size > 1 ? [between(random, 0, 2), between(random, 0, 2)] : [0, 0];
  const room = size + before + after;
  const kernel = random() < 0.25 ? 1 : between(random, 1, Math.min(room, 4));
  const dilation = kernel > 1 && random() < 0.2 && (kernel - 1) * 2 + 1 <= room ? 2 : 1;
  const stride = dense === true || random() < 0.6 ? 1 : between(random, 1, 3);
  return { kernel, stride, dilation, before, after };
}

function extentOf({ kernel, stride, dilation, before, after }: Axis, size: number): number {
  return Math.floor((size + before + after - (kernel - 1) * dilation - 1) / stride) + 1;
}

/**
 * A product with a random matrix, as MatMul, with transposed weights, or as Gemm with or without bias; the last of a network
 * has one scale and no bias.
 */
export function product(
  drawing: Drawing,
  outputs: number,
  { bits, last }: { readonly bits?: number; readonly last?: boolean } = {},
): void {
  const { random } = drawing;
  const inputs = drawing.end.shape.at(-1)!;
  const shape = [...drawing.end.shape.slice(0, -1), outputs];
  if (random() < 0.5 || shape.length !== 2) {
    append(drawing, 'MatMul', shape, [
      quantisedWeights(drawing, [inputs, outputs], last === true ? [] : [1, outputs], bits),
    ]);
    return;
  }
  const weights = quantisedWeights(drawing, [outputs, inputs], last === true ? [] : [outputs, 1], bits);
  if (random() < 0.5) {
    append(drawing, 'MatMul', shape, [node(drawing, 'Transpose', [weights], { perm: [1, 0] })]);
    return;
  }
  const bias = last !== true && random() < 0.5 ? [floats([outputs], () => normal(random))] : [];
  append(drawing, 'Gemm', shape, [weights, ...bias], { transB: 1 });
}

/** Random weights behind a quantiser of up to 8 bits, with one scale or one per output of the shape given. */
export function quantisedWeights(
  drawing: Drawing,
  shape: readonly number[],
  perOutput: readonly number[],
  wished?: number,
): string {
  const { random } = drawing;
  const bits = wished ?? between(random, 1, 8);
  const values = named(
    drawing,
    floats(shape, () => normal(random)),
  );
  if (bits === 1) {
    const scale = random() < 0.5 ? 1 : rounded(drawing, uneven(random, 0.1, 0.6));
    return node(drawing, 'BipolarQuant', [
      values,
      named(
        drawing,
        floats([], () => scale),
      ),
    ]);
  }
  const signed = random() < 0.85;
  const step = 1.2 / 2 ** (bits - 1);
  const scale =
    random() < 0.5
      ? floats([], () => rounded(drawing, uneven(random, step, 2 * step)))
      : floats(perOutput, () => rounded(drawing, uneven(random, step, 2 * step)));
  return quantise(drawing, values, scale, { bits, signed, narrow: signed && random() < 0.7 });
}

/** Quantises the end to some bits; `scale` may have one value per channel. */
export function activation(drawing: Drawing, quantiser: Quantiser | 'bipolar', scale: OnnxTensor): void {
  const { end } = drawing;
  if (quantiser === 'bipolar') {
    append(drawing, 'BipolarQuant', end.shape, [floats([], () => 1)]);
    return;
  }
  drawing.end = { tensor: quantise(drawing, end.tensor, scale, quantiser), shape: end.shape };
}

function quantise(
  drawing: Drawing,
  tensor: string,
  scale: OnnxTensor,
  { bits, signed, narrow }: Quantiser,
): string {
  const settings = [scale, floats([], () => 0), floats([], () => bits)].map((each) => named(drawing, each));
  return node(drawing, 'Quant', [tensor, ...settings], {
    signed: signed ? 1 : 0,
    narrow: narrow ? 1 : 0,
    rounding_mode: 'ROUND',
  });
}

/** Batch normalisation, with factors of both signs if `mixed`. */
export function normalisation(drawing: Drawing, mixed: boolean): void {
  const { random, end } = drawing;
  const channels = end.shape[1]!;
  const sign = (): number => (mixed && random() < 0.5 ? -1 : 1);
  const constants = [
    floats([channels], () => sign() * uneven(random, 0.3, 1.5)),
    floats([channels], () => normal(random) * 0.5),
    floats([channels], () => normal(random) * 2),
    floats([channels], () => uneven(random, 0.2, 5)),
  ];
  append(drawing, 'BatchNormalization', end.shape, constants, { epsilon: 1e-5 });
}

/** Some arithmetic with one value, or with one per channel. */
export function arithmetic(drawing: Drawing): void {
  const { random, end } = drawing;
  const perChannel = end.shape.length === 4 ? [1, end.shape[1]!, 1, 1] : [end.shape.at(-1)!];
  const shape = pick([[], [1], end.shape.map(() => 1), perChannel], random);
  const kind = pick(['Add', 'Sub', 'Mul', 'Div'], random);
  append(drawing, kind, end.shape, [floats(shape, () => uneven(random, 0.3, 2))]);
}

/** A Relu with an unsigned quantiser, a signed one, or a bipolar one. */
export function nonlinearity(drawing: Drawing, range: number, bipolar = 0.02): void {
  const { random } = drawing;
  const kind = random();
  const bits = between(random, 2, 8);
  const step = (values: number): OnnxTensor => floats([], () => uneven(random, 0.5, 1) * (range / values));
  if (kind < 0.45) {
    const low = random() < 0.15 ? 1 : bits;
    append(drawing, 'Relu', drawing.end.shape);
    activation(drawing, { bits: low, signed: false, narrow: false }, step(2 ** low));
  } else if (kind < 1 - bipolar) {
    activation(drawing, { bits, signed: true, narrow: random() < 0.6 }, step(2 ** (bits - 1)));
  } else {
    activation(drawing, 'bipolar', step(1));
  }
}

/** The largest under a window that leaves no pixel out. */
export function maxPool(drawing: Drawing): void {
  const { random, end } = drawing;
  const [batch, channels, height, width] = end.shape as readonly [number, number, number, number];
  const axes = [height, width].map((size) => {
    const kernel = between(random, 1, Math.min(size, 3));
    const stride = between(random, 1, kernel);
    return { kernel, stride, extent: Math.floor((size - kernel) / stride) + 1 };
  });
  append(drawing, 'MaxPool', [batch, channels, ...axes.map(({ extent }) => extent)], [], {
    kernel_shape: axes.map(({ kernel }) => kernel),
    strides: axes.map(({ stride }) => stride),
    pads: [0, 0, 0, 0],
  });
}

/** The average of squares, or of the whole, as QONNX exporters write it, of what has the scale and range given; its scale. */
export function averagePool(
  drawing: Drawing,
  scale: number,
  { bits, signed }: Quantiser,
  { version, whole }: { readonly version: 1 | 2; readonly whole: boolean },
): number {
  const { random, end } = drawing;
  const [batch, channels, height, width] = end.shape as readonly [number, number, number, number];
  const kernel = whole ? height : between(random, Math.min(2, height, width), Math.min(height, width, 4));
  const stride = between(random, 1, kernel);
  const extents = [height, width].map((size) => Math.floor((size - kernel) / stride) + 1);
  const shape = [batch, channels, ...extents];
  append(drawing, 'AveragePool', shape, [], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [0, 0, 0, 0],
  });
  const places = kernel * kernel;
  const inputBits = Math.ceil(Math.log2((2 ** bits - 1) * places + 1));
  const number = (value: number): OnnxTensor => floats([], () => value);
  const flags = { rounding_mode: 'FLOOR', ...(version === 2 ? { signed: signed ? 1 : 0, narrow: 0 } : {}) };
  if (version === 1) {
    append(drawing, 'Mul', shape, [number(places)]);
    const settings = [scale, 0, inputBits, bits].map(number);
    append(drawing, 'Trunc', shape, settings, flags);
    return scale;
  }
  const fine = Math.fround(scale / places);
  const coarse = Math.fround(fine * 2 ** (inputBits - bits));
  append(drawing, 'Trunc', shape, [fine, 0, inputBits, coarse, bits].map(number), flags);
  return coarse;
}

/** A Gemm of one scale whose bias is whole in units of what it adds up, given the scale of its input. */
export function gemmWithWholeBias(drawing: Drawing, outputs: number, inputScale: number): void {
  const { random } = drawing;
  const inputs = drawing.end.shape.at(-1)!;
  const number = (value: number): OnnxTensor => floats([], () => value);
  const scale = uneven(random, 0.1, 0.3);
  const matrix = named(
    drawing,
    floats([outputs, inputs], () => normal(random)),
  );
  const weights = quantise(drawing, matrix, number(scale), { bits: 4, signed: true, narrow: true });
  const unit = Math.fround(inputScale * scale);
  const offsets = named(
    drawing,
    floats([outputs], () => between(random, -9, 9) * unit),
  );
  const bias = quantise(drawing, offsets, number(unit), { bits: 16, signed: true, narrow: false });
  append(drawing, 'Gemm', [1, outputs], [weights, bias], { transB: 1 });
}
