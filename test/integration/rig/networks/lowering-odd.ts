import { between } from './drawing.ts';
import { pick } from './foldings.ts';
import type { Drawing } from './lowering-drawing.ts';
import { append, floats, node, uneven } from './lowering-drawing.ts';
import {
  activation,
  arithmetic,
  convolution,
  maxPool,
  nonlinearity,
  normalisation,
  product,
} from './lowering-layers.ts';
import { averaged, flatten, start, topK } from './lowering-parts.ts';

/** Networks with something that is rare, or that FINN or we do not take. */
export function odd(drawing: Drawing, version: 1 | 2): boolean {
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
