import { scalar, transpose } from '../constant.ts';
import type { Constant, FloatNode } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import { addConstant } from './affine.ts';
import type { Chain, ImportRule, QuantisedConstant, Source } from './source.ts';
import { activationAt, floatAttribute, integerAttribute, only, quantisedAt } from './source.ts';

/** An activation times quantised weights; their scale follows as a Mul (FINN+ 1.6.1 `FoldQuantWeights`). */
export const matMul: ImportRule = (source) => product(source, weightsAt(source, 1), source.node.outputs[0]!);

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
        {
          ...weights,
          integers: transpose(weights.integers),
          scale: transpose(weights.scale),
          layout: null,
        };
  const output = source.node.outputs[0]!;
  if (!source.operands[2]) return product(source, oriented, output);
  const middle = `${output}:product`;
  return withBias(product(source, oriented, middle), addConstant(source, 2, middle, output, null));
};

/** A product of quantised weights with their scale behind it; a scale of 1 is left out. */
export function scaleBehind(product: FloatNode, scale: Constant, position: number): Chain {
  if (scale.values.every((value) => value === 1)) return only(product);
  const middle = `${product.output}:integers`;
  const constant = scale.shape.length === 1 && scale.shape[0] === 1 ? scalar(scale.values[0]!) : scale;
  const { name, output } = product;
  return {
    nodes: [
      { ...product, output: middle },
      { op: 'Mul', name, inputs: [middle], output, constant },
    ],
    parts: [position],
  };
}

/** A product and the Adds of its bias. */
export function withBias(product: Chain, bias: Chain): Chain {
  return {
    nodes: [...product.nodes, ...bias.nodes],
    parts: [...product.parts, 'bias', ...bias.parts],
  };
}

function product(
  source: Source,
  { integers, scale, layout, position }: QuantisedConstant,
  output: string,
): Chain {
  const { name } = source;
  const inputs = [activationAt(source, 0).tensor];
  return scaleBehind({ op: 'MatMul', name, inputs, output, weights: integers, layout }, scale, position);
}

function weightsAt(source: Source, index: number): QuantisedConstant {
  const value = quantisedAt(source, index);
  const { shape } = value.integers;
  if (shape.length !== 2)
    throw unsupported(source, `has weights of shape [${shape.join(', ')}]`, 'use a matrix');
  return value;
}
