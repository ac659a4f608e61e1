import { elementCount } from '../../base/shape.ts';

/**
 * How many tensors of the shape `one` lie along the first axis of an array, which may leave out a batch of 1; null if the
 * array has another shape.
 */
export function countOfStack(stack: readonly number[], one: readonly number[]): number | null {
  const [count] = stack;
  const isStack = tails(one).some((tail) => isSame(stack.slice(1), tail));
  return isStack && count !== undefined ? count : null;
}

/** How to save an array that is not a stack of tensors of the shape `one`; `name` is what the array is called in numpy. */
export function adviceOnStack(stack: readonly number[], one: readonly number[], name: string): string {
  const order = orderOf(stack, one);
  const tail = tails(one).at(-1) ?? one;
  if (order !== null) {
    const layouts = layoutsOf(order);
    const seen =
      layouts === null
        ? 'the axes seem to be in another order'
        : `these look like ${layouts.given}, but ${layouts.taken} is required`;
    return `${seen}: save np.transpose(${name}, (${order.join(', ')}))`;
  }
  if (elementCount(stack.slice(1)) === elementCount(one))
    return `if the values are in C order of the axes (${tail.join(', ')}), save np.reshape(${name}, (-1, ${tail.join(', ')}))`;
  if (isSame(stack, tail)) return `save ${name}[np.newaxis], since the first axis counts them`;
  return `save an array of the shape (count, ${tail.join(', ')})`;
}

/** A tensor's shape and, if its batch is 1, what is left without it. */
function tails(one: readonly number[]): readonly (readonly number[])[] {
  return one.length > 1 && one[0] === 1 ? [one, one.slice(1)] : [one];
}

/** The first order of the axes, if there is one, in which the array is a stack. */
function orderOf(stack: readonly number[], one: readonly number[]): readonly number[] | null {
  if (stack.length > longestSearched) return null;
  const wanted = tails(one).find((tail) => tail.length === stack.length - 1);
  return wanted === undefined ? null : extended([], stack, wanted);
}

/** There are 720 orders of so many axes. */
const longestSearched = 6;

function extended(
  order: readonly number[],
  stack: readonly number[],
  wanted: readonly number[],
): readonly number[] | null {
  if (order.length === stack.length) return order;
  for (const [axis, extent] of stack.entries()) {
    if (order.includes(axis) || (order.length > 0 && extent !== wanted[order.length - 1])) continue;
    const found = extended([...order, axis], stack, wanted);
    if (found !== null) return found;
  }
  return null;
}

function layoutsOf(order: readonly number[]): { readonly given: string; readonly taken: string } | null {
  switch (order.join()) {
    case '0,3,1,2':
    case '0,1,4,2,3':
      return { given: 'NHWC', taken: 'NCHW' };
    case '0,2,3,1':
    case '0,1,3,4,2':
      return { given: 'NCHW', taken: 'NHWC' };
    default:
      return null;
  }
}

function isSame(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((extent, axis) => extent === right[axis]);
}
