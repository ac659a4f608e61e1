import type { OnnxNode } from '../../onnx/model.ts';
import { activations } from './activation.ts';
import { arithmetic } from './arithmetic.ts';
import { constants } from './constants.ts';
import { convolution } from './convolution.ts';
import { im2col } from './im2col.ts';
import { linearQuantisations } from './linear-quantisation.ts';
import { movements } from './movement.ts';
import { multiThreshold } from './multi-threshold.ts';
import { normalisations } from './normalisation.ts';
import type { Operator, Operators } from './operator.ts';
import { pad } from './padding.ts';
import { pools } from './pool.ts';
import { bitProducts, products } from './product.ts';
import { quantAveragePool } from './quant-average-pool.ts';
import { quantisers } from './quant.ts';
import { reductions } from './reduction.ts';
import { reshapings } from './reshaping.ts';
import { resizings } from './resizing.ts';
import { selections } from './selection.ts';
import { softmaxes } from './softmax.ts';
import { topK } from './top-k.ts';
import { transposedConvolution } from './transposed-convolution.ts';
import { trunc } from './trunc.ts';

/** ONNX's own operators. */
const standard: Operators = {
  ...activations,
  ...arithmetic,
  ...constants,
  ...linearQuantisations,
  ...movements,
  ...normalisations,
  ...pools,
  ...products,
  ...reductions,
  ...reshapings,
  ...resizings,
  ...selections,
  ...softmaxes,
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Pad: pad,
  TopK: topK,
};

/** QONNX's operators. */
const custom: Operators = {
  ...bitProducts,
  ...quantisers,
  Im2Col: im2col,
  MultiThreshold: multiThreshold,
  QuantAvgPool2d: quantAveragePool,
  Trunc: trunc,
};

/** The domains in which exporters have put QONNX's operators; the first one is today's. */
const customDomains = [
  'qonnx.custom_op.general',
  'onnx.brevitas',
  'finn.custom_op.general',
  'finn',
  '',
] as const;

/** What computes a node, or null if its operator is unknown. */
export function operatorOf(node: OnnxNode): Operator | null {
  return standardOperator(node) ?? customOperator(node) ?? null;
}

/** The domain in which a node's operator is today. */
export function todaysDomain(node: OnnxNode): string {
  return standardOperator(node) === undefined && customOperator(node) ? customDomains[0] : node.domain;
}

/**
 * The version of the operator set that a node is from. An older domain of QONNX without a version, and ONNX's own, have that of
 * today's domain; it is 1 if the model states none, as in QONNX.
 */
export function versionOf(node: OnnxNode, opsets: ReadonlyMap<string, number>): number {
  const today = todaysDomain(node);
  const isOwn = node.domain !== '' || today === '';
  return (isOwn ? opsets.get(node.domain) : undefined) ?? opsets.get(today) ?? 1;
}

function standardOperator({ domain, opType }: OnnxNode): Operator | undefined {
  return domain === '' && Object.hasOwn(standard, opType) ? standard[opType] : undefined;
}

function customOperator({ domain, opType }: OnnxNode): Operator | undefined {
  const isKnown = customDomains.some((known) => known === domain);
  return isKnown && Object.hasOwn(custom, opType) ? custom[opType] : undefined;
}

/** The names of all operators, sorted. */
export const operatorNames: readonly string[] = Object.keys({ ...standard, ...custom }).sort();
