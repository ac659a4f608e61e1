import { elementCount } from '../../base/shape.ts';
import { datatype } from '../datatype.ts';
import { commonAttributes, fromModel, hlsAttributes, integer, text } from './attributes.ts';
import { channelsOfAll, commonDivisors, wordsPerStream } from './channels-per-stream.ts';
import { jointDatatype } from './joint-datatype.ts';
import type { Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { notPositive } from './positive.ts';
import { fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** The channels of several streams, one stream after the other (FINN+ 1.6.1 `StreamingConcat`). */
export const streamingConcat: Op = {
  attributes: {
    SIMD: integer(null),
    ChannelsPerStream: fromModel('integers'),
    inputDataTypes: fromModel('datatypes'),
    numInputVectors: fromModel('integers', [1]),
    ...commonAttributes,
  },
  contradiction: (node) => {
    const [streams, types] = [node.integers('ChannelsPerStream'), node.texts('inputDataTypes')];
    if (streams.length === types.length) return notPositive(node, 'ChannelsPerStream');
    return `has ${streams.length} streams in ChannelsPerStream and ${types.length} in inputDataTypes`;
  },
  inputShape,
  outputShape,
  inputStreams: (node) => node.integers('ChannelsPerStream').length,
  foldedInputShape: (node, position) => fold(inputShape(node, position), node.integer('SIMD')),
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('SIMD')),
  inputStreamWidth: (node) =>
    node.integer('SIMD') * datatype(node.texts('inputDataTypes')[0] ?? 'FLOAT32').bits,
  outputStreamWidth: (node) =>
    node.integer('SIMD') * datatype(jointDatatype(node.texts('inputDataTypes'))).bits,
  legalValues: (node) => ({ SIMD: commonDivisors(node) }),
  autoFolding: { rule: 'below', attribute: 'SIMD', values: commonDivisors },
  cycles: (node) => elementCount(outputShape(node)) / node.integer('SIMD'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: (node) => {
    const types = node.integers('ChannelsPerStream').map((_, position) => node.input(position).datatype);
    return { attributes: { inputDataTypes: types }, datatypes: { [node.output()]: jointDatatype(types) } };
  },
  prepare: (node) => {
    const shape = outputShape(node);
    const channels = node.integers('ChannelsPerStream');
    const all = channelsOfAll(node);
    return (...inputs) => {
      const data = new Int32Array(elementCount(shape));
      let start = 0;
      for (const [position, input] of inputs.entries()) {
        const own = channels[position] ?? 0;
        for (let from = 0, to = start; from < input.data.length; from += own, to += all)
          data.set(input.data.subarray(from, from + own), to);
        start += own;
      }
      return { shape, data };
    };
  },
};

/** `StreamingConcat_hls`. */
export const streamingConcatHls: Op = {
  ...streamingConcat,
  attributes: {
    ...streamingConcat.attributes,
    ...hlsAttributes,
    cpp_interface: text('hls_vector', ['packed', 'hls_vector']),
  },
  unit: (node) => ({ type: 'concat', words: wordsPerStream(node) }),
};

function inputShape(node: NodeView, position: number): readonly number[] {
  return [...node.integers('numInputVectors'), node.integers('ChannelsPerStream')[position] ?? 0];
}

function outputShape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), channelsOfAll(node)];
}
