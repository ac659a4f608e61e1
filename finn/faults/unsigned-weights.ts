import type { NodeView } from '../ops/view.ts';

/**
 * FINN+ 1.6.1 narrows weights of which none is negative to an unsigned datatype after `SpecializeLayers` has checked that they
 * are signed; `mvu/mvu.sv` reads every weight as signed, so the largest ones become negative.
 */
export function unsignedWeights(node: NodeView): string | null {
  const { name, signed } = node.datatype('weightDataType');
  if (signed) return null;
  return `has no negative weight, so FINN makes its weights ${name}, but its RTL reads them as signed: results are wrong`;
}
