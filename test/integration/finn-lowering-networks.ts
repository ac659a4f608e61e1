import type { Route } from '../../finn/lower/route.ts';
import { elementCount } from '../../base/shape.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { between } from './finn-drawing.ts';
import { pick } from './finn-foldings.ts';
import type { Drawing } from './finn-lowering-drawing.ts';
import { floats, integers, modelOf, node, append, uneven } from './finn-lowering-drawing.ts';
import type { Quantiser } from './finn-lowering-layers.ts';
import {
  activation,
  arithmetic,
  averagePool,
  convolution,
  gemmWithWholeBias,
  maxPool,
  nonlinearity,
  normalisation,
  product,
} from './finn-lowering-layers.ts';

/** A network to be lowered by FINN and by us. */
export interface Drawn {
  readonly kind: Kind;
  readonly model: OnnxModel;
  readonly route: Route;
  readonly part: string;
  /** Random bytes for its input. */
  readonly image: readonly number[];
}

/** Images twice, height or width 1, bits times bits, MobileNet's structure, branches of vectors, and what is rare. */
export const kinds = ['image', 'image', 'line', 'binary', 'mobilenet', 'residual', 'odd'] as const;

type Kind = (typeof kinds)[number];

/** A random network of one kind. */
export function randomNetwork(random: () => number, kind: Kind): Drawn {
  const side = between(random, 9, 14);
  const shape = {
    image: [1, between(random, 1, 4), between(random, 5, 10), between(random, 5, 10)],
    line:
      random() < 0.5
        ? [1, between(random, 1, 4), 1, between(random, 6, 14)]
        : [1, 2, between(random, 6, 14), 1],
    binary: [1, between(random, 1, 4), between(random, 5, 9), between(random, 5, 9)],
    mobilenet: [1, 3, side, side],
    residual: [1, between(random, 4, 12)],
    odd: [1, between(random, 1, 3), between(random, 4, 9), between(random, 4, 9)],
  }[kind];
  const input = { tensor: 'input', shape, datatype: 'UINT8' };
  const drawing: Drawing = { random, nodes: [], constants: new Map(), end: input };
  const version = random() < 0.5 ? 1 : 2;
  const labels = networks[kind](drawing, version);
  const opset = between(random, 11, 18);
  return {
    kind,
    model: modelOf(drawing, input, opset, version, labels),
    route: {
      preset: kind === 'mobilenet' ? 'mobilenet' : 'default',
      standaloneThresholds: kind !== 'mobilenet' && random() < 0.3,
    },
    part: pick(['xc7z020clg484-1', 'xczu7ev-ffvc1156-2-e', 'xcvc1902-vsva2197-2MP-e-S'], random),
    image: Array.from({ length: elementCount(shape) }, () => between(random, 0, 255)),
  };
}

/** Draws a network; whether it ends in labels. */
type Network = (drawing: Drawing, version: 1 | 2) => boolean;

const networks: { readonly [kind in Kind]: Network } = {
  image: convolutional,
  line: convolutional,
  binary,
  mobilenet: mobileNet,
  residual,
  odd,
};

function convolutional(drawing: Drawing, version: 1 | 2): boolean {
  const { random } = drawing;
  start(drawing);
  const blocks = between(random, 1, 3);
  for (let block = 0; block < blocks; block += 1) {
    convolution(drawing);
    const pooledFirst = random() < 0.05;
    if (pooledFirst) maxPool(drawing);
    if (random() < 0.6) normalisation(drawing, random() < 0.3);
    if (random() < 0.3) arithmetic(drawing);
    nonlinearity(drawing, 6);
    if (random() < 0.3) maxPool(drawing);
  }
  if (random() < 0.3) averaged(drawing, version);
  flatten(drawing);
  return classifier(drawing);
}

/** Bits times bits, but for the first layer. */
function binary(drawing: Drawing): boolean {
  const { random } = drawing;
  start(drawing);
  const blocks = between(random, 1, 3);
  for (let block = 0; block < blocks; block += 1) {
    convolution(drawing, {
      depthwise: false,
      bits: random() < 0.8 ? 1 : 2,
      pads: block === 0 && random() < 0.5,
    });
    if (random() < 0.7) normalisation(drawing, random() < 0.3);
    nonlinearity(drawing, 6, block < blocks - 1 || random() < 0.5 ? 1 : 0);
    if (random() < 0.3) maxPool(drawing);
  }
  flatten(drawing);
  product(drawing, between(random, 2, 10), { bits: 1, last: true });
  topK(drawing);
  return true;
}

/** Bytes to [-1, 1] behind a quantiser, or as they are. */
function start(drawing: Drawing): void {
  const { random, end } = drawing;
  const number = (value: number) => [floats([], () => value)];
  const kind = random();
  if (kind < 0.2) return;
  append(drawing, 'Div', end.shape, number(255));
  if (kind < 0.35) return;
  append(drawing, 'Mul', end.shape, number(2));
  append(drawing, 'Sub', end.shape, number(1));
  const bits = between(random, 2, 8);
  activation(
    drawing,
    { bits, signed: true, narrow: random() < 0.3 },
    floats([], () => 0.97 / 2 ** (bits - 1)),
  );
}

/** A quantiser and the average of what it gives. */
function averaged(drawing: Drawing, version: 1 | 2): void {
  const { random } = drawing;
  const quantiser: Quantiser = { bits: between(random, 2, 5), signed: random() < 0.4, narrow: false };
  const scale = uneven(random, 0.1, 0.5);
  convolution(drawing);
  if (!quantiser.signed) append(drawing, 'Relu', drawing.end.shape);
  activation(
    drawing,
    quantiser,
    floats([], () => scale),
  );
  const [, , height = 1, width = 1] = drawing.end.shape;
  if (Math.min(height, width) > 1) averagePool(drawing, scale, quantiser, { version, whole: false });
}

function flatten(drawing: Drawing): void {
  const { random, end } = drawing;
  const shape = [1, elementCount(end.shape)];
  if (random() < 0.5) append(drawing, 'Reshape', shape, [integers([1, pick([-1, shape[1]!], random)])]);
  else append(drawing, 'Flatten', shape, [], { axis: 1 });
}

/** Products with quantisers between, and labels or numbers in the end. */
function classifier(drawing: Drawing): boolean {
  const { random } = drawing;
  const hidden = between(random, 0, 2);
  for (let layer = 0; layer < hidden; layer += 1) {
    product(drawing, between(random, 2, 12));
    if (random() < 0.5) normalisation(drawing, random() < 0.3);
    nonlinearity(drawing, 8);
  }
  product(drawing, between(random, 2, 10), { bits: between(random, 2, 8), last: true });
  const end = random();
  if (end < 0.15) {
    activation(
      drawing,
      { bits: 4, signed: true, narrow: true },
      floats([], () => 1),
    );
    return false;
  }
  if (end < 0.4) append(drawing, 'Mul', drawing.end.shape, [floats([1], () => uneven(random, 0.5, 2))]);
  topK(drawing);
  return true;
}

function topK(drawing: Drawing): void {
  const { random, end } = drawing;
  const k = random() < 0.8 ? 1 : between(random, 1, Math.min(3, end.shape[1]!));
  const count = `count${drawing.constants.size}`;
  drawing.constants.set(count, integers([k]));
  const place = drawing.nodes.length;
  const outputs = [`values${place}`, `labels${place}`];
  drawing.end = {
    tensor: node(drawing, 'TopK', [end.tensor, count], { axis: -1, largest: 1, sorted: 1 }, outputs),
    shape: [...end.shape.slice(0, -1), k],
  };
}

/** A convolution of bytes, then depthwise ones with scales per channel in front, and pointwise ones. */
function mobileNet(drawing: Drawing, version: 1 | 2): boolean {
  const { random } = drawing;
  if (random() < 0.7) {
    append(drawing, 'Div', drawing.end.shape, [floats([], () => 255)]);
    append(drawing, 'Sub', drawing.end.shape, [floats([1, 3, 1, 1], () => uneven(random, 0.3, 0.6))]);
    append(drawing, 'Div', drawing.end.shape, [floats([1, 1, 1, 1], () => 0.226)]);
  }
  convolution(drawing, { depthwise: false, pads: false, bits: 8, square: true });
  normalisation(drawing, false);
  const blocks = between(random, 1, 2);
  for (let block = 0; block < blocks; block += 1) {
    rectified(drawing, random() < 0.8);
    convolution(drawing, { depthwise: true, bits: between(random, 2, 5), square: true, dense: true });
    normalisation(drawing, false);
    rectified(drawing, false);
    convolution(drawing, { depthwise: false, bits: between(random, 2, 5), square: true, dense: true });
    normalisation(drawing, false);
  }
  const scale = uneven(random, 0.1, 0.5);
  const quantiser: Quantiser = { bits: 4, signed: false, narrow: false };
  append(drawing, 'Relu', drawing.end.shape);
  activation(
    drawing,
    quantiser,
    floats([], () => scale),
  );
  const averageScale = averagePool(drawing, scale, quantiser, { version, whole: true });
  append(drawing, 'Reshape', [1, drawing.end.shape[1]!], [integers([1, -1])]);
  gemmWithWholeBias(drawing, between(random, 2, 10), averageScale);
  topK(drawing);
  return true;
}

function rectified(drawing: Drawing, perChannel: boolean): void {
  const { random, end } = drawing;
  append(drawing, 'Relu', end.shape);
  const shape = perChannel ? [1, end.shape[1]!, 1, 1] : [];
  activation(
    drawing,
    { bits: 4, signed: false, narrow: false },
    floats(shape, () => uneven(random, 0.1, 0.5)),
  );
}

/** Vectors of integers that branch and are added again. */
function residual(drawing: Drawing): boolean {
  const { random } = drawing;
  const one = floats([], () => 1);
  const quantise = (): void => {
    const signed = random() < 0.7;
    activation(drawing, { bits: between(random, 2, 6), signed, narrow: signed && random() < 0.5 }, one);
  };
  append(drawing, 'Mul', drawing.end.shape, [floats([], () => uneven(random, 0.02, 0.2))]);
  activation(drawing, { bits: between(random, 2, 6), signed: false, narrow: false }, one);
  const blocks = between(random, 1, 2);
  for (let block = 0; block < blocks; block += 1) {
    const start = drawing.end;
    const width = start.shape[1]!;
    branch(drawing, width, quantise);
    const left = drawing.end.tensor;
    let right = start.tensor;
    if (random() < 0.3) {
      drawing.end = start;
      branch(drawing, width, quantise);
      right = drawing.end.tensor;
    }
    const sides = random() < 0.5 ? [left, right] : [right, left];
    drawing.end = { tensor: node(drawing, 'Add', sides), shape: start.shape };
    if (random() < 0.7) {
      if (random() < 0.3) arithmetic(drawing);
      quantise();
    }
  }
  return classifier(drawing);
}

function branch(drawing: Drawing, width: number, quantise: () => void): void {
  const { random } = drawing;
  const layers = between(random, 1, 2);
  for (let layer = 0; layer < layers; layer += 1) {
    product(drawing, layer === layers - 1 ? width : between(random, 3, 9), { bits: between(random, 2, 6) });
    if (random() < 0.6) normalisation(drawing, random() < 0.2);
    quantise();
  }
}

/** Networks with something that is rare, or that FINN or we do not take. */
function odd(drawing: Drawing, version: 1 | 2): boolean {
  const { random } = drawing;
  start(drawing);
  const { shape } = drawing.end;
  const perChannel = floats([1, shape[1]!, 1, 1], () => uneven(random, 0.1, 0.4));
  pick(
    [
      () => activation(drawing, { bits: 4, signed: true, narrow: false }, perChannel),
      () => append(drawing, 'Identity', shape),
      () => append(drawing, 'Clip', shape, [floats([], () => 0), floats([], () => 6)]),
      () => append(drawing, 'GlobalAveragePool', [1, shape[1]!, 1, 1]),
      () => append(drawing, 'Transpose', [1, shape[2]!, shape[3]!, shape[1]!], [], { perm: [0, 2, 3, 1] }),
      () => arithmetic(drawing),
      () => maxPool(drawing),
    ],
    random,
  )();
  convolution(drawing, { depthwise: random() < 0.5 });
  if (random() < 0.5) normalisation(drawing, true);
  if (random() < 0.8) nonlinearity(drawing, 6);
  pick(
    [
      () => averaged(drawing, version),
      () => append(drawing, 'Sigmoid', drawing.end.shape),
      () => maxPool(drawing),
      () => branchOfImages(drawing),
      () => arithmetic(drawing),
      () => undefined,
    ],
    random,
  )();
  if (random() < 0.15) return false;
  flatten(drawing);
  product(drawing, between(random, 2, 8), { bits: 4, last: true });
  if (random() < 0.4) {
    const { end } = drawing;
    const whole = random() < 0.5;
    const offset = floats([end.shape[1]!], () => (whole ? between(random, -3, 3) : uneven(random, -3, 3)));
    append(drawing, pick(['Add', 'Mul'], random), end.shape, [offset]);
  }
  if (random() < 0.7) topK(drawing);
  return drawing.nodes.at(-1)!.opType === 'TopK';
}

function branchOfImages(drawing: Drawing): void {
  const { random, end } = drawing;
  const one = floats([], () => 1);
  const range = { bits: 4, signed: true, narrow: false };
  activation(drawing, range, one);
  const start = drawing.end.tensor;
  convolution(drawing, { depthwise: true, pads: false, square: true });
  if (drawing.end.shape.join() !== end.shape.join()) return;
  if (random() < 0.5) activation(drawing, range, one);
  drawing.end = { tensor: node(drawing, 'Add', [start, drawing.end.tensor]), shape: end.shape };
}
