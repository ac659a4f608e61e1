import { unsupported } from '../refuse.ts';
import { mapSome } from '../some.ts';
import type { ImportRule } from './source.ts';
import { activationAt, integerAttribute, only, outputOf } from './source.ts';

/** Activations one after the other along an axis. */
export const concat: ImportRule = (source) => {
  const first = activationAt(source, 0);
  const others = source.operands.slice(1).map((_, index) => activationAt(source, index + 1));
  const axis = integerAttribute(source, 'axis', 1);
  const along = axis < 0 ? axis + first.shape.length : axis;
  const all = mapSome([first, ...others], ({ tensor }) => tensor);
  if (new Set(all).size < all.length)
    throw unsupported(source, 'joins an activation with itself', 'use it once');
  const extents = [first, ...others].map(({ shape }) => shape[along] ?? 0);
  return only({
    op: 'Concat',
    name: source.name,
    inputs: all,
    output: outputOf(source),
    axis: along,
    extents,
  });
};
