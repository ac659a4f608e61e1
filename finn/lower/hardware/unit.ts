import { datatype } from '../../datatype.ts';
import type { DepthwiseMatMul, FloatNode, MatMul, MultiThreshold } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import type { GraphView } from '../graph-view.ts';
import type { Route } from '../route.ts';
import type { Context, LayerParameter } from './layer.ts';
import { checkedThresholds } from './threshold.ts';

/** The thresholds that become part of the product before them, or null. */
export function thresholdsInside(
  node: FloatNode,
  graph: GraphView,
  { preset, standaloneThresholds }: Route,
): MultiThreshold | null {
  if (preset === 'mobilenet' || standaloneThresholds) return null;
  const consumer = graph.consumerOf(node);
  return consumer?.op === 'MultiThreshold' ? consumer : null;
}

/** The datatype of the activations of a product; refuses floats. */
export function integerInput(node: MatMul | DepthwiseMatMul, { graph }: Context): string {
  const [input] = node.inputs;
  const found = graph.datatypeOf(input);
  if (datatype(found).integer) return found;
  throw unsupported(
    node,
    `multiplies activations of datatype ${found}`,
    'quantise its input, with one scale for the whole tensor',
  );
}

/** The weights and, if there are any, the thresholds of this number of channels. */
export function unitParameters(
  node: MatMul | DepthwiseMatMul,
  activation: MultiThreshold | null,
  channels: number,
  context: Context,
): readonly LayerParameter[] {
  const weights = { name: context.parameterName(node.weights), constant: node.weights, layout: node.layout };
  if (!activation) return [weights];
  const constant = checkedThresholds(activation, channels, context);
  return [weights, { name: context.parameterName(activation.thresholds), constant, layout: null }];
}
