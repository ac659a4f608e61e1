import { between } from './drawing.ts';
import type { Drawing } from './lowering-drawing.ts';
import { append, floats, node, uneven } from './lowering-drawing.ts';
import { activation, arithmetic, normalisation, product } from './lowering-layers.ts';
import { classifier } from './lowering-parts.ts';

/** Vectors of integers that branch and are added again. */
export function residual(drawing: Drawing): boolean {
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
