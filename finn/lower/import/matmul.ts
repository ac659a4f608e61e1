import { scalar, transpose } from '../constant.ts';
import type { FloatNode } from '../float_graph.ts';
import { unsupported } from '../refuse.ts';
import {
  activationAt,
  constantAt,
  floatAttribute,
  integerAttribute,
  type ImportRule,
  type QuantisedConstant,
  type Source,
} from './source.ts';

/** An activation times quantised weights; their scale follows as a Mul (FINN+ 1.6.1 `FoldQuantWeights`). */
export const matMul: ImportRule = (source) => ({
  nodes: product(source, weightsAt(source, 1), source.node.outputs[0]!),
});

/** MatMul and Add in one (QONNX 1.0.0 `GemmToMatMul`), the weights transposed where the attribute says so. */
export const gemm: ImportRule = (source) => {
  if (integerAttribute(source, 'transA', 0) !== 0)
    throw unsupported(source, 'transposes its activation', 'give it the activation as (batch, features)');
  if (floatAttribute(source, 'alpha', 1) !== 1 || floatAttribute(source, 'beta', 1) !== 1)
    throw unsupported(source, 'has alpha or beta other than 1', 'multiply the weights and the bias instead');
  const weights = weightsAt(source, 1);
  const oriented =
    integerAttribute(source, 'transB', 0) === 0
      ? weights
      : // FINN gives the transposed weights a new name and does not annotate that.
        { integers: transpose(weights.integers), scale: transpose(weights.scale), layout: null };
  const output = source.node.outputs[0]!;
  const bias = source.operands[2];
  if (!bias) return { nodes: product(source, oriented, output) };
  if (bias.kind !== 'constant')
    throw unsupported(source, 'has a quantised bias', 'use a float bias; it becomes part of the thresholds');
  const middle = `${output}:product`;
  return {
    nodes: [
      ...product(source, oriented, middle),
      { op: 'Add', name: source.name, inputs: [middle], output, constant: constantAt(source, 2) },
    ],
  };
};

function product(
  source: Source,
  { integers, scale, layout }: QuantisedConstant,
  output: string,
): readonly FloatNode[] {
  const inputs = [activationAt(source, 0).tensor];
  const common = { op: 'MatMul', name: source.name, inputs, weights: integers, layout } as const;
  if (scale.values.every((value) => value === 1)) return [{ ...common, output }];
  const middle = `${output}:integers`;
  const factor = scale.shape.length === 1 && scale.shape[0] === 1 ? scalar(scale.values[0]!) : scale;
  return [
    { ...common, output: middle },
    { op: 'Mul', name: source.name, inputs: [middle], output, constant: factor },
  ];
}

function weightsAt(source: Source, index: number): QuantisedConstant {
  const operand = source.operands[index];
  if (operand?.kind !== 'quantised')
    throw unsupported(
      source,
      operand?.kind === 'constant' ? 'has weights that are not quantised' : 'multiplies two activations',
      'put a Quant or BipolarQuant of constant weights at its second input',
    );
  const { integers } = operand.value;
  if (integers.shape.length !== 2)
    throw unsupported(source, `has weights of shape [${integers.shape.join(', ')}]`, 'use a matrix');
  return operand.value;
}
