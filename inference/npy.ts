import { defined } from '../base/defined.ts';
import { Refusal } from '../base/refusal.ts';
import { elementCount } from '../base/shape.ts';
import { writeNpy } from '../finn/npy.ts';
import type { Result } from './infer.ts';
import type { View } from './view.ts';

/** Refuses several outputs, since a .npy file holds one array. */
export function checkNpy(view: View): void {
  if (view.type === 'classes' || view.outputs.length === 1) return;
  throw new Refusal(
    'usage/npy-outputs',
    `a .npy file holds one array, but the network has ${view.outputs.length} outputs`,
    'use --format json',
  );
}

/**
 * The results, at least one, as a .npy file with the images along the first axis: the classes as int64, (count) or (count, top), or the values in
 * their own type, without a batch of 1. It is what `expected` of a smoke stage takes.
 */
export function npyOf(results: readonly Result[], view: View): Buffer {
  if (view.type === 'classes') {
    const classes = results.flatMap(({ tensors }) =>
      view.rankedOf(tensors).map(({ class: index }) => BigInt(index)),
    );
    const shape = view.top === 1 ? [results.length] : [results.length, view.top];
    return writeNpy(shape, BigInt64Array.from(classes));
  }
  const output = defined(view.outputs[0], 'a network returns something');
  const first = defined(results[0]?.tensors[0], 'there are results');
  const size = elementCount(output.shape);
  const all = first.values.constructor as new (length: number) => typeof first.values;
  const values = new all(results.length * size);
  for (const [at, { tensors }] of results.entries())
    values.set((tensors[0]?.values ?? []) as ArrayLike<never>, at * size);
  const tail = output.shape.length > 1 && output.shape[0] === 1 ? output.shape.slice(1) : output.shape;
  return writeNpy([results.length, ...tail], values);
}
