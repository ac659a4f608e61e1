import { elementCount } from '../../../../base/shape.ts';
import { between } from './drawing.ts';
import { pick } from './foldings.ts';
import type { Drawing } from './lowering-drawing.ts';
import { append, floats, integers, node, uneven } from './lowering-drawing.ts';
import type { Quantiser } from './lowering-layers.ts';
import {
  activation,
  averagePool,
  convolution,
  nonlinearity,
  normalisation,
  product,
} from './lowering-layers.ts';

/** Bytes to [-1, 1] behind a quantiser, or as they are. */
export function start(drawing: Drawing): void {
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
export function averaged(drawing: Drawing, version: 1 | 2): void {
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

/** The end as a vector. */
export function flatten(drawing: Drawing): void {
  const { random, end } = drawing;
  const shape = [1, elementCount(end.shape)];
  if (random() < 0.5) append(drawing, 'Reshape', shape, [integers([1, pick([-1, shape[1]!], random)])]);
  else append(drawing, 'Flatten', shape, [], { axis: 1 });
}

/** Products with quantisers between, and labels or numbers in the end. */
export function classifier(drawing: Drawing): boolean {
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

/** The labels of the largest numbers. */
export function topK(drawing: Drawing, wished?: number): void {
  const { random, end } = drawing;
  const k = wished ?? (random() < 0.8 ? 1 : between(random, 1, Math.min(3, end.shape[1]!)));
  const count = `count${drawing.constants.size}`;
  drawing.constants.set(count, integers([k]));
  const place = drawing.nodes.length;
  const outputs = [`values${place}`, `labels${place}`];
  drawing.end = {
    tensor: node(drawing, 'TopK', [end.tensor, count], { axis: -1, largest: 1, sorted: 1 }, outputs),
    shape: [...end.shape.slice(0, -1), k],
  };
}
