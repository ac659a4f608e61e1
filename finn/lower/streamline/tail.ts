import { smallestDatatype } from '../../datatype.ts';
import { valueAt } from '../../tensor.ts';
import { isScalar, scalarValue } from '../constant.ts';
import type { GraphView } from '../graph-view.ts';
import type { Rule } from '../rewrite.ts';
import { roundHalfEven } from '../../../base/rounding.ts';
import { isOnePixel } from './transposes.ts';
import { swapped } from './move.ts';

/** Removes a transpose of one pixel before it is flattened, which makes no difference (FINN+ 1.6.1 `AbsorbTransposeIntoFlatten`). */
export const absorbIntoFlatten: Rule = (node, graph) => {
  if ((node.op !== 'Flatten' && node.op !== 'Reshape') || !node.rows) return null;
  const producer = graph.producerOf(node.inputs[0]);
  if (producer?.op !== 'Transpose' || producer.perm[0] !== 0) return null;
  if (!hasOnePixel(producer.inputs[0], graph) || graph.consumerOf(producer) !== node) return null;
  return { insert: [{ ...node, op: 'Flatten', host: true, inputs: producer.inputs }], remove: [producer] };
};

/** Whether a tensor is an image of one pixel, wherever its channels are. */
function hasOnePixel(tensor: string, graph: GraphView): boolean {
  const layout = graph.layoutOf(tensor)?.join('');
  const shape = graph.shapeOf(tensor);
  const extents = layout === 'NCHW' ? shape.slice(2) : layout === 'NHWC' ? shape.slice(1, 3) : [];
  return extents.length > 0 && extents.every((size) => size === 1);
}

/** Moves arithmetic on one pixel from after its Flatten to before it (FINN+ 1.6.1 `MoveFlattenPastAffine`). */
export const moveFlattenPastAffine: Rule = (node, graph) => {
  if (node.op !== 'Flatten' || !isOnePixel(node.inputs[0], graph)) return null;
  const consumer = graph.consumerOf(node);
  switch (consumer?.op) {
    case 'Mul':
    case 'Add':
      return swapped(node, consumer);
    case 'MatMul':
      return swapped({ ...node, shape: graph.shapeOf(consumer.output) }, consumer);
    default:
      return null;
  }
};

/** Moves the TopK of one pixel's channels from after its Flatten to before it (FINN+ 1.6.1 `MoveFlattenPastTopK`). */
export const moveFlattenPastTopK: Rule = (node, graph) => {
  if (node.op !== 'Flatten' || !isOnePixel(node.inputs[0], graph)) return null;
  const consumer = graph.consumerOf(node);
  if (consumer?.op !== 'TopK') return null;
  return swapped({ ...node, shape: graph.shapeOf(consumer.output) }, consumer);
};

/** How far a bias may be from a whole number, in units of the scale: scores differ by at least one such unit. */
const tolerance = 1e-2;

/**
 * The TopK of `scores * scale + bias` is that of `scores + bias / scale`, which are integers if every bias is a whole
 * multiple of the scale (`step_integer_tail`, which is not FINN's own).
 */
export const takeOutScale: Rule = (node, graph) => {
  if (node.op !== 'Mul' || !isScalar(node.constant) || !(scalarValue(node.constant) > 0)) return null;
  const add = graph.consumerOf(node);
  if (add?.op !== 'Add' || graph.consumerOf(add)?.op !== 'TopK') return null;
  const ratios = add.constant.values.map((bias) => bias / scalarValue(node.constant));
  const whole = ratios.map(roundHalfEven);
  if (!ratios.every((ratio, index) => Math.abs(Math.fround(ratio - valueAt(whole, index))) < tolerance))
    return null;
  const largest = whole.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const constant = { ...add.constant, values: whole, datatype: smallestDatatype(-largest).name };
  return { insert: [{ ...add, inputs: node.inputs, constant }], remove: [add] };
};
