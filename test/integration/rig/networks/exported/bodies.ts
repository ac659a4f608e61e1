import { maxPool } from '../branching.ts';
import { between } from '../drawing.ts';
import { pick } from '../foldings.ts';
import { append, integers, uneven } from '../lowering-drawing.ts';
import {
  averagePool,
  convolution,
  gemmWithWholeBias,
  maxPool as anyMaxPool,
  product,
} from '../lowering-layers.ts';
import { averaged, flatten } from '../lowering-parts.ts';
import { products, scoresOfPixels, toVector } from './heads.ts';
import { enlarged, invertedBlock, residualBlock, residualVectors, sideBySide, unequal } from './joins.ts';
import { parted } from './splits.ts';
import type { Range } from './layers.ts';
import { activate, activatePerChannel, binarise, dense, layer, normalise, rangeAtEnd } from './layers.ts';
import type { Sampled } from './sampled.ts';

/** Draws all of a network between its start and its end. */
type Drawn = (drawing: Sampled) => void;

/** Kinds of network, by name, each with the shape of its input. */
export const bodies = {
  mlp: { body: mlp, shape: vectorOrImage },
  'residual mlp': { body: residualMlp, shape: vector },
  cnn: { body: cnn, shape: image },
  binary: { body: binary, shape: image },
  mobilenet: { body: mobileNet, shape: evenImage },
  residual: { body: ofBlocks(residualBlock), shape: image },
  inverted: { body: ofBlocks(invertedBlock, true), shape: image },
  concat: { body: ofBlocks(sideBySide), shape: image },
  upsample: { body: ofBlocks(enlarged), shape: evenImage },
  line: { body: ofBlocks(lineBlock), shape: line },
  split: { body: ofBlocks(parted), shape: image },
  unequal: { body: unequalJoin, shape: image },
} as const satisfies { readonly [kind: string]: { readonly body: Drawn; readonly shape: Shape } };

type Shape = (random: () => number) => readonly number[];

function mlp(drawing: Sampled): void {
  if (drawing.end.shape.length > 2) flatten(drawing);
  for (let left = between(drawing.random, 1, 3); left > 0; left -= 1) {
    dense(drawing, between(drawing.random, 3, 12));
    activate(drawing);
  }
  products(drawing);
}

function residualMlp(drawing: Sampled): void {
  dense(drawing, between(drawing.random, 3, 10));
  let range = activate(drawing);
  for (let left = between(drawing.random, 1, 2); left > 0; left -= 1) range = residualVectors(drawing, range);
  products(drawing);
}

/** A chain of convolutions with any windows. */
function cnn(drawing: Sampled): void {
  const { random } = drawing;
  for (let left = between(random, 1, 3); left > 0; left -= 1) {
    convolution(drawing, drawing.weightBits === null ? {} : { bits: drawing.weightBits });
    if (random() < 0.8) normalise(drawing);
    activate(drawing);
    if (random() < 0.3) anyMaxPool(drawing);
  }
  if (random() < 0.2) averaged(drawing, drawing.opsets.get('qonnx.custom_op.general') === 1 ? 1 : 2);
  layer(drawing, between(random, 2, 6), { kernel: pick([1, 3], random) });
  finished(drawing, activate(drawing));
}

/** Bits times bits, but for the first layer. */
function binary(drawing: Sampled): void {
  const { random } = drawing;
  for (let left = between(random, 1, 3); left > 0; left -= 1) {
    convolution(drawing, { depthwise: false, bits: 1, pads: false });
    normalise(drawing);
    binarise(drawing);
    if (random() < 0.3) anyMaxPool(drawing);
  }
  flatten(drawing);
  product(drawing, between(random, 3, 8), { bits: 1, last: true });
}

/** A convolution, depthwise ones with a scale per channel in front, and pointwise ones, and the average of the whole. */
function mobileNet(drawing: Sampled): void {
  const { random } = drawing;
  layer(drawing, between(random, 2, 6), { stride: pick([1, 2], random) });
  for (let left = between(random, 1, 2); left > 0; left -= 1) {
    if (random() < 0.8) activatePerChannel(drawing);
    else activate(drawing);
    layer(drawing, drawing.end.shape[1]!, { depthwise: true });
    activate(drawing);
    layer(drawing, between(random, 2, 6), { kernel: 1 });
  }
  const bits = drawing.activationBits ?? 4;
  const range = activate(drawing, { bits, signed: false, narrow: false, scale: uneven(random, 0.1, 0.5) });
  const version = drawing.opsets.get('qonnx.custom_op.general') === 1 ? 1 : 2;
  const scale = averagePool(drawing, range.scale, range, { version, whole: true });
  append(drawing, 'Reshape', [1, drawing.end.shape[1]!], [integers([1, -1])]);
  gemmWithWholeBias(drawing, between(random, 3, 8), scale);
}

/** A first layer, then one or two blocks, each of which begins with the range that the one before it ends with. */
function ofBlocks(block: (drawing: Sampled, range: Range) => Range, signed = false): Drawn {
  return (drawing) => {
    const { random } = drawing;
    layer(drawing, between(random, 2, 6), { kernel: pick([1, 3], random) });
    let range = signed ? activate(drawing, rangeAtEnd(drawing, true)) : activate(drawing);
    for (let left = between(random, 1, 2); left > 0; left -= 1) range = block(drawing, range);
    finished(drawing, range);
  };
}

function lineBlock(drawing: Sampled, range: Range): Range {
  const { random } = drawing;
  const kind = random();
  if (kind < 0.4) return residualBlock(drawing, range);
  layer(drawing, between(random, 2, 6), { kernel: pick([1, 3, 5], random), stride: pick([1, 1, 2], random) });
  const after = activate(drawing);
  if (kind < 0.7 && drawing.end.shape[2]! >= 2) maxPool(drawing, { kernel: 2, stride: 2 });
  return after;
}

function unequalJoin(drawing: Sampled): void {
  layer(drawing, between(drawing.random, 2, 6));
  unequal(drawing, activate(drawing));
  finished(drawing, activate(drawing));
}

/** An image to a vector and its scores, or to scores of pixels. */
function finished(drawing: Sampled, last: Range): void {
  if (drawing.random() < 0.15) {
    scoresOfPixels(drawing);
    return;
  }
  toVector(drawing, last);
  products(drawing);
}

function vector(random: () => number): readonly number[] {
  return [1, between(random, 4, 20)];
}

function vectorOrImage(random: () => number): readonly number[] {
  return random() < 0.6
    ? vector(random)
    : [1, between(random, 1, 3), between(random, 2, 5), between(random, 2, 5)];
}

function image(random: () => number): readonly number[] {
  const side = between(random, 4, 10);
  return [1, between(random, 1, 3), side, random() < 0.7 ? side : between(random, 4, 12)];
}

function evenImage(random: () => number): readonly number[] {
  const side = 2 * between(random, 2, 5);
  return [1, between(random, 1, 3), side, side];
}

function line(random: () => number): readonly number[] {
  return [1, between(random, 1, 4), between(random, 8, 20)];
}
