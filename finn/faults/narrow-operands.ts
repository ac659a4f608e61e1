import type { NodeView } from '../ops/view.ts';

/**
 * Widths that `mvu/mvu.sv` of FINN+ 1.6.1 refuses with `$error` when it starts: operands of one bit, and sums narrower than the
 * product of any two operands. FINN narrows them to what the weights need after `SpecializeLayers` has checked them.
 */
export function narrowOperands(node: NodeView): string | null {
  const weight = node.datatype('weightDataType');
  const input = node.datatype('inputDataType');
  const sum = node.datatype('accDataType');
  if (weight.bits < 2) return `has weights of ${weight.name}, but its RTL requires 2 bits`;
  if (input.bits < 2) return `has inputs of ${input.name}, but its RTL requires 2 bits`;
  const product = weight.bits + input.bits - (input.signed ? 1 : 0);
  if (sum.bits >= product) return null;
  return `has sums of ${sum.name}, but its RTL requires the ${product} bits of a product of ${weight.name} and ${input.name}`;
}
