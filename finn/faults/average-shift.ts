import { elementCount } from '../../base/shape.ts';
import { averageShift } from '../ops/pool-execute.ts';
import type { NodeView } from '../ops/view.ts';

/**
 * The bits that an average drops otherwise in hardware than in software: FINN+ 1.6.1 `InferPool` takes them from the width of
 * the sum in the network (`Size`), from which no width of the addends may follow, and `Pool.execute_node` from the input.
 */
export function otherShift(node: NodeView): string | null {
  if (node.text('Function') !== 'QuantAvgPool') return null;
  const [built, executed] = [
    node.integer('Size'),
    averageShift(node, elementCount(node.integers('KernelSize'))),
  ];
  if (built === executed) return null;
  return `drops ${built} bits of its sums in hardware, but ${executed} in software`;
}
