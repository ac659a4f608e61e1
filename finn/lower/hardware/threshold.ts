import { lastExtent } from '../../../base/shape.ts';
import { datatype } from '../../datatype.ts';
import type { Constant, MultiThreshold } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import { channelAxis } from '../streamline/thresholds.ts';
import type { Context, Layer } from './layer.ts';
import { hardware, layerTensor } from './layer.ts';

/** A standalone layer of thresholds (FINN+ 1.6.1 `InferThresholdingLayer`); the channels are the last axis. */
export function thresholding(node: MultiThreshold, context: Context): Layer {
  const input = layerTensor(node.inputs[0], context);
  if (!datatype(input.datatype).integer)
    throw unsupported(
      node,
      `quantises values of datatype ${input.datatype}`,
      'only arithmetic with constants may precede a quantiser',
    );
  const channels = lastExtent(input.shape);
  const constant = checkedThresholds(node, channels, context);
  const output = layerTensor(node.output, context);
  return hardware(
    {
      name: node.name,
      opType: 'Thresholding',
      inputs: node.inputs,
      outputs: [output],
      parameters: [{ name: context.parameterName(node.thresholds), constant, layout: null }],
      attributes: {
        ActVal: activationBias(node, 'alone'),
        NumChannels: channels,
        PE: 1,
        inputDataType: input.datatype,
        numInputVectors: input.shape.slice(0, -1),
        numSteps: lastExtent(constant.shape),
        outputDataType: output.datatype,
        weightDataType: constant.datatype,
      },
    },
    node.name,
  );
}

/** The `ActVal` of thresholds, alone or inside a matrix-vector unit; refuses what FINN cannot express. */
export function activationBias(node: MultiThreshold, where: 'alone' | 'matrix' | 'binary'): number {
  const isBipolar = node.datatype === 'BIPOLAR' && node.scale === 2 && node.bias === -1;
  const isPlain = Number.isInteger(node.bias) && node.scale === 1;
  if (!isPlain && !(isBipolar && where !== 'alone'))
    throw unsupported(
      node,
      `maps its count to count * ${node.scale} + ${node.bias}, which ${where === 'alone' ? 'standalone thresholds' : 'layers'} cannot do`,
      isBipolar ? 'use bipolar weights after it, or another quantiser' : 'use a symmetric integer quantiser',
    );
  return isBipolar ? 0 : smallestCount(node, where);
}

function smallestCount(node: MultiThreshold, where: 'alone' | 'matrix' | 'binary'): number {
  const { bits, signed, minimum } = datatype(node.datatype);
  // FINN uses the smallest value of the datatype here, which is wrong for a narrow quantiser.
  if (where === 'binary' && bits > 1 && minimum !== node.bias)
    throw unsupported(node, 'is narrow after a binary matrix product', 'use a full-range quantiser there');
  if (signed && node.bias >= 0)
    throw unsupported(node, `is signed but starts at ${node.bias}`, 'use a symmetric integer quantiser');
  return node.bias;
}

/** The thresholds of a quantiser with this number of channels; refuses rows that do not fit and scales of 0. */
export function checkedThresholds(node: MultiThreshold, channels: number, { graph }: Context): Constant {
  const { thresholds } = node;
  const [rows = 0] = thresholds.shape;
  if (rows !== 1 && rows !== channels)
    throw unsupported(
      node,
      `has thresholds for ${rows} of ${channels} channels`,
      'use one scale per channel',
    );
  const rank = graph.shapeOf(node.inputs[0]).length;
  if (rows !== 1 && channelAxis(node, rank) !== rank - 1)
    throw unsupported(
      node,
      'has its channels before other axes',
      'make channels the last axis, or put a convolution before it',
    );
  if (thresholds.values.some(Number.isNaN))
    throw unsupported(
      node,
      'has a scale of 0 before it, so its thresholds are undefined',
      'prune the channel',
    );
  // Values without a sign reach every threshold up to 0; FINN refuses those below, except where it rounds them before.
  return datatype(graph.datatypeOf(node.inputs[0])).signed
    ? thresholds
    : { ...thresholds, values: thresholds.values.map((value) => Math.max(value, 0)) };
}
