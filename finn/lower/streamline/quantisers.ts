import { integerDatatype } from '../../datatype.ts';
import { scalar } from '../constant.ts';
import { producerOf, type Constant, type FloatNode, type Quant } from '../float_graph.ts';
import { inferShapes } from '../infer.ts';
import { unsupported } from '../refuse.ts';
import type { Rule } from '../rewrite.ts';

/**
 * Quantisers of activations become thresholds, an Add of the smallest value and a Mul by the scale; a Relu in front
 * goes into them (FINN+ 1.6.1 `QuantReluHandler` and `QuantIdentityHandler`).
 */
export const convertQuantisers: Rule = (node, graph) => {
  if (node.op !== 'Quant' && node.op !== 'BipolarQuant') return null;
  const producer = producerOf(graph, node.inputs[0]!);
  const relu = producer?.op === 'Relu' ? producer : null;
  if (node.op === 'BipolarQuant') {
    if (relu) throw unsupported(node, 'follows a Relu', 'use an unsigned Quant there');
    return { insert: [bipolarThreshold(node)] };
  }
  checkChannels(node, inferShapes(graph).get(node.inputs[0]!)!);
  const inputs = relu ? relu.inputs : node.inputs;
  return { insert: relu ? afterRelu(node, inputs) : afterIdentity(node, inputs), remove: relu ? [relu] : [] };
};

function afterRelu(node: Quant, inputs: readonly string[]): readonly FloatNode[] {
  if (node.signed || node.narrow)
    throw unsupported(
      node,
      'follows a Relu but is signed or narrow',
      'use an unsigned, full-range quantiser behind a Relu',
    );
  return steps(node, inputs, thresholds(node, 2 ** node.bits - 1), 0);
}

function afterIdentity(node: Quant, inputs: readonly string[]): readonly FloatNode[] {
  if (node.bits === 1)
    throw unsupported(node, 'has one bit and no Relu in front', 'use a BipolarQuant with scale 1, or 2 bits');
  const smallest = node.signed ? -(2 ** (node.bits - 1)) + (node.narrow ? 1 : 0) : 0;
  return steps(node, inputs, thresholds(node, 2 ** node.bits - 1 - (node.narrow ? 1 : 0)), smallest);
}

function bipolarThreshold(node: Quant): FloatNode {
  if (node.scale.shape.length > 1 || node.scale.values.length !== 1 || node.scale.values[0] !== 1)
    throw unsupported(node, 'has a scale other than 1', 'FINN takes bipolar activations with scale 1 only');
  return {
    op: 'MultiThreshold',
    name: node.name,
    inputs: node.inputs,
    output: node.output,
    thresholds: { shape: [1, 1], values: Float32Array.of(0), datatype: 'FLOAT32' },
    scale: 2,
    bias: -1,
    datatype: 'BIPOLAR',
  };
}

/** Worked out in float64 and rounded once, as FINN does to keep the boundaries where the quantiser has them. */
function thresholds(node: Quant, count: number): Constant {
  const values = Array.from(node.scale.values, (step) => {
    const half = step / 2;
    let first = half;
    if (node.signed) {
      first = -half - step * (Math.floor(count / 2) - 1);
      if (!node.narrow) first -= step;
    }
    return Array.from({ length: count }, (_, index) => first + step * index);
  }).flat();
  return { shape: [node.scale.values.length, count], values: Float32Array.from(values), datatype: 'FLOAT32' };
}

function steps(
  node: Quant,
  inputs: readonly string[],
  thresholds: Constant,
  smallest: number,
): readonly FloatNode[] {
  const single =
    node.scale.shape.length === 0 || (node.scale.shape.length === 1 && node.scale.shape[0] === 1);
  const scale = single ? scalar(node.scale.values[0]!) : node.scale;
  const scaled = !single || scale.values[0] !== 1;
  const shifted = smallest !== 0;
  const counted = shifted ? `${node.output}:count` : scaled ? `${node.output}:integer` : node.output;
  const integer = scaled ? `${node.output}:integer` : node.output;
  const { name } = node;
  return [
    {
      op: 'MultiThreshold',
      name,
      inputs,
      output: counted,
      thresholds,
      scale: 1,
      bias: 0,
      datatype: integerDatatype(node.signed, node.bits).name,
    },
    ...(shifted
      ? [{ op: 'Add', name, inputs: [counted], output: integer, constant: scalar(smallest) } as const]
      : []),
    ...(scaled
      ? [{ op: 'Mul', name, inputs: [integer], output: node.output, constant: scale } as const]
      : []),
  ];
}

function checkChannels(node: Quant, shape: readonly number[]): void {
  const offset = shape.length - node.scale.shape.length;
  const axes = node.scale.shape.flatMap((size, axis) => (size === 1 ? [] : [axis + offset]));
  if (axes.length === 0 || (axes.length === 1 && (axes[0] === 1 || axes[0] === shape.length - 1))) return;
  throw unsupported(
    node,
    `has a scale of shape [${node.scale.shape.join(', ')}] for [${shape.join(', ')}]`,
    'use one scale per tensor or per channel',
  );
}
