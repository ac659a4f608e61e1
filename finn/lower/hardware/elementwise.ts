import { datatype, smallestDatatype } from '../../datatype.ts';
import { holdsSum } from '../../faults/narrow-sum.ts';
import { sumOf } from '../../ops/elementwise.ts';
import type { Affine, Constant, Sum } from '../float-graph.ts';
import { isAffine } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { Context, Layer, LayerTensor } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';

/** The sum of two streams of integers (FINN+ 1.6.1 `InferElementwiseBinaryOperation`). */
export function sumOfStreams(node: Sum, context: Context): Layer {
  const [first, second = ''] = node.inputs;
  const [left, right] = [layerTensor(first, context), layerTensor(second, context)];
  for (const { datatype: type } of [left, right])
    if (!datatype(type).integer)
      throw unsupported(
        node,
        `adds values of datatype ${type}`,
        'quantise both branches with scale 1; FINN adds integers and cannot move a scale past a branch',
      );
  if (!isNarrow(left, right) || isNarrow(right, left)) return elementwise(node, 'Add', left, right, context);
  return elementwise({ ...node, inputs: [second, first] }, 'Add', right, left, context);
}

/** Whether FINN gives the sum too few bits in this order. */
function isNarrow(left: LayerTensor, right: LayerTensor): boolean {
  const sum = sumOf(datatype(left.datatype), datatype(right.datatype));
  return !holdsSum(sum.name, left.datatype, right.datatype);
}

/** Integer arithmetic with a constant that no pass could move into thresholds; null if it is not integer. */
export function constantArithmetic(node: Affine, context: Context): Layer | null {
  if (node.op !== 'Add' && node.op !== 'Mul') return null;
  const { constant } = node;
  const input = integersOf(node.inputs[0], context);
  // FINN transposes images back and forth for it, with layers that are not supported here.
  if (input.layout?.join('') === 'NCHW') return null;
  const type = constant.datatype === 'FLOAT32' ? rangeDatatype(constant) : constant.datatype;
  if (type === null || !datatype(input.datatype).integer) return null;
  // FINN gives a scalar one dimension.
  const shape = constant.shape.length === 0 ? [1] : constant.shape;
  return elementwise(node, node.op, input, { shape, datatype: type, constant }, context);
}

/** A tensor; what other integer arithmetic with a constant makes is of integers as well. */
function integersOf(name: string, context: Context): LayerTensor {
  const tensor = layerTensor(name, context);
  const producer = context.graph.producerOf(name);
  if (datatype(tensor.datatype).integer || !producer || !isAffine(producer)) return tensor;
  return constantArithmetic(producer, context)?.outputs[0] ?? tensor;
}

interface Operand {
  readonly name?: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly constant?: Constant;
}

function elementwise(
  node: Affine | Sum,
  kind: 'Add' | 'Mul',
  left: Operand,
  right: Operand,
  context: Context,
): Layer {
  // Minimisation narrows this.
  const output = layerTensor(node.output, context, 'INT32');
  return hardware({
    name: node.name,
    opType: `Elementwise${kind}`,
    inputs: node.inputs,
    outputs: [output],
    parameters: constantParameter(right, context),
    attributes: {
      lhs_dtype: left.datatype,
      lhs_shape: left.shape,
      lhs_style: 'input',
      out_dtype: 'INT32',
      out_shape: output.shape,
      rhs_dtype: right.datatype,
      rhs_shape: right.shape,
      rhs_style: right.constant ? 'const' : 'input',
    },
  });
}

function constantParameter(
  { constant, shape, datatype }: Operand,
  { parameterName }: Context,
): Layer['parameters'] {
  if (!constant) return [];
  return [{ name: parameterName(constant), constant: { ...constant, shape, datatype }, layout: null }];
}

/** The smallest datatype that holds all values of a constant, as FINN chooses it; null if they are not integers. */
function rangeDatatype({ values }: Constant): string | null {
  if (!values.every(Number.isInteger)) return null;
  const smallest = values.reduce((least, value) => Math.min(least, value), Infinity);
  const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (smallest >= 0) return smallestDatatype(largest).name;
  return smallestDatatype(-smallest > largest ? smallest : -largest - 1).name;
}
