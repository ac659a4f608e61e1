import { Refusal } from '../../base/refusal.ts';
import type { Datatype } from '../datatype.ts';
import { allows, datatype, integerDatatype } from '../datatype.ts';
import type { CountThresholds } from '../execute/thresholds.ts';
import { prepareThresholds } from '../execute/thresholds.ts';
import { accumulatorDatatype } from './accumulator.ts';
import type { ConstantRule, NodeChange } from './op.ts';
import type { Range } from './ranges.ts';
import { smallestForRange, valueRange } from './ranges.ts';
import { roundUpTo } from './shapes.ts';
import { roundedThresholds } from './thresholds.ts';
import type { NodeView } from './view.ts';

/**
 * The common part of MVAU and VVAU: weights at input 1, an accumulator of datatype `accDataType` and, unless
 * `noActivation`, thresholds at input 2.
 */

/** Whether thresholds follow the accumulator. */
function hasThresholds(node: NodeView): boolean {
  return node.integer('noActivation') === 0 && node.node.inputs.length > 2;
}

/** Weights of a shape and, unless `noActivation`, thresholds for all channels at once or for each. */
export function unitConstants(
  node: NodeView,
  weights: readonly number[],
  channels: number,
): readonly ConstantRule[] {
  const all = [{ shapes: [weights], datatype: node.text('weightDataType') }];
  if (node.integer('noActivation') === 1) return all;
  // A node without them is complained about for its number of inputs.
  const { shape = [], datatype = 'INT32' } = node.node.inputs.length < 3 ? {} : node.input(2);
  const steps = shape.at(-1) ?? 0;
  return [
    ...all,
    {
      shapes: [
        [channels, steps],
        [1, steps],
      ],
      datatype,
    },
  ];
}

/** The multiplications of a node with this many weights, and its parameters (FINN `get_op_and_param_counts`). */
export function multiplyCounts(
  node: NodeView,
  amounts: { readonly weights: number; readonly channels: number; readonly repetitions: number },
): { readonly [kind: string]: number } {
  const weightBits = node.datatype('weightDataType').bits;
  const inputBits = node.datatype('inputDataType').bits;
  const [narrow, wide] = [Math.min(inputBits, weightBits), Math.max(inputBits, weightBits)];
  const thresholdKind = `param_threshold_${node.datatype('accDataType').bits}b`;
  return {
    [`op_mac_${narrow}bx${wide}b`]: amounts.weights * amounts.repetitions,
    [`param_weight_${weightBits}b`]: amounts.weights,
    ...(node.integer('noActivation') === 0 ? { [thresholdKind]: amounts.channels } : {}),
  };
}

/** Copies the input's datatype; the output's is set by `accumulatorChange` or follows from the thresholds. */
export function inferUnitDatatypes(node: NodeView): NodeChange {
  return {
    attributes: { inputDataType: node.input(0).datatype },
    datatypes: { [node.output()]: node.text('outputDataType') },
  };
}

/** The smallest datatype of the weights; runtime-writeable ones keep theirs (FINN `minimize_weight_bit_width`). */
export function minimiseUnitWeights(node: NodeView): NodeChange {
  if (node.integer('runtime_writeable_weights') === 1) return {};
  return {
    attributes: { weightDataType: smallestForRange(valueRange(node.parameter(1).values), false).name },
  };
}

/** The accumulator for a range of sums, which is also the output of a node without thresholds. Refuses sums that are always 0. */
export function accumulatorChange(node: NodeView, range: Range): NodeChange {
  if (range.minimum === 0 && range.maximum === 0)
    throw new Refusal(
      'lower/unsupported-op',
      `${node.node.name} (${node.node.opType}) makes nothing but zeros, for which FINN would choose an accumulator of no bits`,
      'all of its weights are 0: quantise them with a smaller scale, or leave the layer out',
    );
  const accumulator = accumulatorDatatype(range);
  if (node.integer('noActivation') === 0) return { attributes: { accDataType: accumulator.name } };
  const output = node.last ? wholeBytes(accumulator) : accumulator;
  return { attributes: { outputDataType: output.name, accDataType: output.name } };
}

/** Rounds thresholds up and clips them to what the accumulator can reach (FINN `RoundAndClipThresholds`). */
export function roundUnitThresholds(node: NodeView): NodeChange {
  const accumulator = node.datatype('accDataType');
  if (!hasThresholds(node) || !accumulator.integer) return {};
  const thresholds = node.parameter(2);
  const rounded = roundedThresholds(thresholds.values, accumulator);
  return {
    datatypes: { [thresholds.name]: rounded.datatype },
    parameters: { [thresholds.name]: rounded.values },
  };
}

/** The datatype of HLS thresholds: the comparison happens in it, so it must not be narrower than the accumulator. */
export function minimiseUnitThresholds(node: NodeView): NodeChange {
  if (!hasThresholds(node)) return {};
  const { name, tensor, values } = node.parameter(2);
  const accumulator = node.datatype('accDataType');
  if (!accumulator.integer || !datatype(tensor.datatype).integer) return {};
  const range = valueRange(values);
  if (countsEqualPairs(node) && range.minimum < 0)
    throw new Refusal(
      'finn/thresholds',
      `${node.node.name} counts equal pairs of two bipolar operands, but has negative thresholds`,
    );

  const smallest = smallestForRange(range, accumulator.signed);
  const chosen = smallest.bits < accumulator.bits ? accumulator : smallest;
  if (!values.every((value) => allows(chosen, value)))
    throw new Refusal(
      'finn/thresholds',
      `the thresholds of ${node.node.name} do not all fit into ${chosen.name}`,
    );

  return { datatypes: { [name]: chosen.name } };
}

/** Refuses an accumulator in which sums of 32 bits would not be exact. */
export function checkAccumulator(node: NodeView): void {
  const accumulator = node.datatype('accDataType');
  if (accumulator.integer && accumulator.bits <= 32) return;
  throw new Refusal(
    'finn/too-wide',
    `${node.node.name} accumulates in ${accumulator.name}; at most 32 bits can be executed`,
  );
}

/** Applies the thresholds to sums, channels last; without thresholds the sums stay as they are. */
export function prepareActivation(node: NodeView): CountThresholds {
  if (node.integer('noActivation') === 1) return (values) => values;
  const { tensor, values } = node.parameter(2);
  return node.text('outputDataType') === 'BIPOLAR'
    ? prepareThresholds(values, tensor.shape, { scale: 2, bias: -1 })
    : prepareThresholds(values, tensor.shape, { scale: 1, bias: node.integer('ActVal') });
}

/** The number of equal pairs in each dot product of `length` pairs of -1 and 1. */
export function equalPairs(dotProducts: Int32Array, length: number): Int32Array {
  return dotProducts.map((sum) => (sum + length) / 2);
}

/** Whether both operands are bipolar, or binary in the place of bipolar ones. */
function countsEqualPairs(node: NodeView): boolean {
  const operands = [node.text('inputDataType'), node.text('weightDataType')];
  if (operands.every((name) => name === 'BIPOLAR')) return true;
  const each = (name: string): boolean => name === 'BIPOLAR' || name === 'BINARY';
  return node.integer('binaryXnorMode') === 1 && operands.every(each);
}

function wholeBytes(accumulator: Datatype): Datatype {
  // FINN rounds by rewriting the number in the name, and the name BINARY has no number.
  if (accumulator.name === 'BINARY') return datatype('BINARY');
  return integerDatatype(accumulator.signed, roundUpTo(accumulator.bits, 8));
}
