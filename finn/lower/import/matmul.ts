import { transpose, withoutSingleAxis } from '../constant.ts';
import type { Constant, FloatNode } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import { addConstant } from './affine.ts';
import type { Chain, ImportRule, QuantisedConstant, ResolvedNode } from './source.ts';
import { floatAttribute, integerAttribute, only, outputOf, placed, quantisedAt } from './source.ts';

/** An activation times quantised weights; their scale follows as a Mul (FINN+ 1.6.1 `FoldQuantWeights`). */
export const matMul: ImportRule = (source) => product(source, weightsAt(source, 1), outputOf(source));

/** MatMul and Add in one (QONNX 1.0.0 `GemmToMatMul`), the weights transposed if the attribute says so. */
export const gemm: ImportRule = (source) => {
  if (integerAttribute(source, 'transA', 0) !== 0)
    throw unsupported(source, 'transposes its activation', 'give it the activation as (batch, features)');
  if (floatAttribute(source, 'alpha', 1) !== 1 || floatAttribute(source, 'beta', 1) !== 1)
    throw unsupported(source, 'has alpha or beta other than 1', 'multiply the weights and the bias instead');
  const weights = weightsAt(source, 1);
  const oriented =
    integerAttribute(source, 'transB', 0) === 0
      ? weights
      : // FINN gives the transposed weights a new name without annotation.
        {
          ...weights,
          integers: transpose(weights.integers),
          scale: transpose(weights.scale),
          layout: null,
        };
  const output = outputOf(source);
  if (!source.operands[2]) return product(source, oriented, output);
  const middle = `${output}:product`;
  return withBias(product(source, oriented, middle), addConstant(source, 2, middle, output, null));
};

/** A product of quantised weights with their scale after it; a scale of 1 is left out. */
export function scaleBehind(product: FloatNode, scale: Constant, position: number): Chain {
  if (scale.values.every((value) => value === 1)) return only(product);
  const middle = `${product.output}:integers`;
  const constant = withoutSingleAxis(scale);
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
  source: ResolvedNode,
  { integers, scale, layout, position }: QuantisedConstant,
  output: string,
): Chain {
  const place = placed(source, output);
  return scaleBehind({ op: 'MatMul', ...place, weights: integers, layout }, scale, position);
}

function weightsAt(source: ResolvedNode, index: number): QuantisedConstant {
  const value = quantisedAt(source, index);
  const { shape } = value.integers;
  if (shape.length !== 2)
    throw unsupported(source, `has weights of shape [${shape.join(', ')}]`, 'use a matrix');
  return value;
}
