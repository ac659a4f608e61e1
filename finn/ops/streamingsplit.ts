import { elementCount, lastExtent } from '../../base/shape.ts';
import type { IntegerTensor } from '../tensor.ts';
import { commonAttributes, fromModel, hlsAttributes, integer } from './attributes.ts';
import { channelsOfAll, commonDivisors, wordsPerStream } from './channels-per-stream.ts';
import type { Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { notPositive } from './positive.ts';
import { sameDatatype } from './same-datatype.ts';
import { fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** The channels of a stream, divided between several streams (FINN+ 1.6.1 `StreamingSplit`). */
export const streamingSplit: Op = {
  attributes: {
    SIMD: integer(null),
    ChannelsPerStream: fromModel('integers'),
    inputDataType: fromModel('datatype'),
    numInputVectors: fromModel('integers', [1]),
    ...commonAttributes,
  },
  contradiction: (node) => notPositive(node, 'ChannelsPerStream'),
  inputShape,
  outputShape,
  inputStreams: () => 1,
  outputStreams: (node) => node.integers('ChannelsPerStream').length,
  foldedInputShape: (node) => fold(inputShape(node), node.integer('SIMD')),
  foldedOutputShape: (node, position) => fold(outputShape(node, position), node.integer('SIMD')),
  inputStreamWidth: streamWidth,
  outputStreamWidth: streamWidth,
  legalValues: (node) => ({ SIMD: commonDivisors(node) }),
  autoFolding: { rule: 'below', attribute: 'SIMD', values: commonDivisors },
  cycles: (node) => elementCount(inputShape(node)) / node.integer('SIMD'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: sameDatatype,
  prepare: () => (input) => input,
  part: (node, { data }, position) => {
    const shape = outputShape(node, position);
    const own = lastExtent(shape);
    const all = channelsOfAll(node);
    const first = node
      .integers('ChannelsPerStream')
      .slice(0, position)
      .reduce((sum, each) => sum + each, 0);
    const result: IntegerTensor = { shape, data: new Int32Array(elementCount(shape)) };
    for (let from = first, to = 0; from < data.length; from += all, to += own)
      result.data.set(data.subarray(from, from + own), to);
    return result;
  },
};

/** `StreamingSplit_hls`. */
export const streamingSplitHls: Op = {
  ...streamingSplit,
  attributes: { ...streamingSplit.attributes, ...hlsAttributes },
  unit: (node) => ({ type: 'split', words: wordsPerStream(node) }),
};

function inputShape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), channelsOfAll(node)];
}

function outputShape(node: NodeView, position: number): readonly number[] {
  return [...node.integers('numInputVectors'), node.integers('ChannelsPerStream')[position] ?? 0];
}

function streamWidth(node: NodeView): number {
  return node.integer('SIMD') * node.datatype('inputDataType').bits;
}
