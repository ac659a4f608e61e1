import { datatype } from '../../datatype.ts';
import type { Constant, MultiThreshold } from '../float_graph.ts';
import { unsupported } from '../refuse.ts';
import type { Context, Layer } from './layer.ts';

/** A layer of thresholds of its own (FINN+ 1.6.1 `InferThresholdingLayer`); the channels are the last axis. */
export function thresholding(node: MultiThreshold, context: Context): Layer {
  const shape = context.shapeOf(node.inputs[0]!);
  const inputType = context.datatypeOf(node.inputs[0]!);
  if (!datatype(inputType).integer)
    throw unsupported(
      node,
      `quantises values of datatype ${inputType}`,
      node.inputs[0] === context.graph.input.name
        ? 'annotate the input with its integer datatype (finn_datatype, such as UINT8)'
        : 'only arithmetic by constants may stand in front of a quantiser',
    );
  if (shape.length !== 2)
    throw unsupported(node, `quantises a tensor of ${shape.length} dimensions`, 'flatten before quantising');
  const channels = shape[1]!;
  const constant = checkedThresholds(node, channels);
  if (!datatype(inputType).signed && constant.values.some((value) => value < 0))
    throw unsupported(
      node,
      `has thresholds below 0 for values of datatype ${inputType}`,
      'shift the values round 0 in front of a signed quantiser (such as 2 x - 1), or use an unsigned one',
    );
  return {
    opType: 'Thresholding',
    input: node.inputs[0]!,
    output: node.output,
    parameters: [{ name: context.parameterName(node), constant, layout: null }],
    attributes: {
      ActVal: activationBias(node, 'alone'),
      NumChannels: channels,
      PE: 1,
      backend: 'fpgadataflow',
      inputDataType: inputType,
      numInputVectors: shape.slice(0, -1),
      numSteps: constant.shape[1]!,
      outputDataType: context.datatypeOf(node.output),
      weightDataType: 'FLOAT32',
    },
    covers: [node],
  };
}

/** The `ActVal` of thresholds, alone or inside a matrix-vector unit; refuses what FINN cannot express. */
export function activationBias(node: MultiThreshold, where: 'alone' | 'matrix' | 'binary'): number {
  const output = datatype(node.datatype);
  const bipolar = node.datatype === 'BIPOLAR' && node.scale === 2 && node.bias === -1;
  if (!Number.isInteger(node.bias) || (node.scale !== 1 && (!bipolar || where === 'alone')))
    throw unsupported(
      node,
      `maps its count to count * ${node.scale} + ${node.bias}, which no ${where === 'alone' ? 'standalone thresholds' : 'layer'} can`,
      bipolar ? 'use bipolar weights behind it, or another quantiser' : 'use a symmetric integer quantiser',
    );
  if (bipolar) return 0;
  // FINN takes the smallest value of the datatype here, which is wrong for a narrow quantiser.
  if (where === 'binary' && output.bits > 1 && output.minimum !== node.bias)
    throw unsupported(node, 'is narrow behind a binary matrix product', 'use a full-range quantiser there');
  if (output.signed && node.bias >= 0)
    throw unsupported(node, `is signed but starts at ${node.bias}`, 'use a symmetric integer quantiser');
  return node.bias;
}

/** The thresholds of a quantiser of so many channels; refuses rows that do not fit and scales of 0. */
export function checkedThresholds(node: MultiThreshold, channels: number): Constant {
  const { thresholds } = node;
  const [rows = 0] = thresholds.shape;
  if (rows !== 1 && rows !== channels)
    throw unsupported(
      node,
      `has thresholds for ${rows} of ${channels} channels`,
      'use one scale per channel',
    );
  if (thresholds.values.some(Number.isNaN))
    throw unsupported(
      node,
      'has a scale of 0 in front, so its thresholds are undefined',
      'prune that channel',
    );
  return thresholds;
}
