import { between } from '../drawing.ts';
import { pick } from '../foldings.ts';
import type { Activation } from '../lowering-drawing.ts';
import { append, floats, normal, uneven } from '../lowering-drawing.ts';
import { activation } from '../lowering-layers.ts';
import { rangeAtEnd } from './layers.ts';
import type { Sampled } from './sampled.ts';

/** Datatypes of inputs, bytes four times as often as others. */
const datatypes = ['UINT8', 'UINT8', 'UINT8', 'UINT8', 'INT8', 'UINT4', 'FLOAT32', 'FLOAT32'] as const;

/** An input of this shape. */
export function drawInput(
  random: () => number,
  shape: readonly number[],
): Activation & { readonly datatype: string } {
  return { tensor: 'input', shape, datatype: pick(datatypes, random) };
}

/** A value of an input of this datatype. */
export function valueOf(datatype: string, random: () => number): number {
  switch (datatype) {
    case 'UINT8':
      return between(random, 0, 255);
    case 'INT8':
      return between(random, -128, 127);
    case 'UINT4':
      return between(random, 0, 15);
    case 'FLOAT32':
      return Math.fround(normal(random));
    default:
      throw new Error(`no network has an input of ${datatype}`);
  }
}

/** What networks do first: nothing, a scale, or mean and deviation, and some quantise that; floats always. */
export function start(drawing: Sampled, datatype: string): void {
  const { random, end, traits } = drawing;
  traits.add(datatype);
  const kind = random();
  const isFloat = datatype === 'FLOAT32';
  if (kind < 0.6 && !isFloat)
    append(drawing, 'Div', end.shape, [floats([], () => (datatype === 'UINT4' ? 15 : 255))]);
  if (kind < (isFloat ? 0.3 : 0.2)) {
    traits.add('mean and deviation');
    const perChannel = random() < 0.5 ? [1, end.shape[1]!, ...end.shape.slice(2).map(() => 1)] : [];
    append(drawing, 'Sub', end.shape, [floats(perChannel, () => uneven(random, 0.3, 0.6))]);
    append(drawing, 'Div', end.shape, [floats(perChannel, () => uneven(random, 0.2, 0.4))]);
  }
  if (!isFloat && random() < 0.6) return;
  traits.add('first quantiser');
  const range = rangeAtEnd({ ...drawing, activationBits: 8 }, isFloat || kind < 0.2 || datatype === 'INT8');
  activation(
    drawing,
    range,
    floats([], () => range.scale),
  );
}
