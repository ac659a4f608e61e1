import { datatype } from '../datatype.ts';
import type { NodeView } from '../ops/view.ts';

/**
 * The range of a sum of two streams that its datatype does not hold: FINN+ 1.6.1 counts one bit too few if the operands are as
 * wide as each other and only the second is unsigned (`_derive_out_dtype`). Software does not show it, hardware overflows.
 */
export function narrowSum(node: NodeView): string | null {
  if (node.constant(0) || node.constant(1)) return null;
  const [left, right] = [node.datatype('lhs_dtype'), node.datatype('rhs_dtype')];
  const sum = node.datatype('out_dtype');
  if (holdsSum(sum.name, left.name, right.name)) return null;
  return `adds ${left.name} and ${right.name} in ${sum.name}, which does not hold ${left.maximum + right.maximum}`;
}

/** Whether a datatype holds every sum of values of two others. */
export function holdsSum(sum: string, left: string, right: string): boolean {
  const [all, first, second] = [datatype(sum), datatype(left), datatype(right)];
  return all.minimum <= first.minimum + second.minimum && first.maximum + second.maximum <= all.maximum;
}
