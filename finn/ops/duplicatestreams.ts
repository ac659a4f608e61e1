import { elementCount } from '../../base/shape.ts';
import { commonAttributes, fromModel, hlsAttributes, integer } from './attributes.ts';
import type { Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { sameDatatype } from './same-datatype.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** Copies a stream where a network branches (FINN+ 1.6.1 `DuplicateStreams`). */
export const duplicateStreams: Op = {
  attributes: {
    NumChannels: fromModel('integer'),
    PE: integer(null),
    NumOutputStreams: fromModel('integer'),
    inputDataType: fromModel('datatype'),
    numInputVectors: fromModel('integers', [1]),
    ...commonAttributes,
  },
  inputShape: shape,
  outputShape: shape,
  foldedInputShape: (node) => fold(shape(node), node.integer('PE')),
  inputStreams: () => 1,
  outputStreams: (node) => node.integer('NumOutputStreams'),
  foldedOutputShape: (node) => fold(shape(node), node.integer('PE')),
  inputStreamWidth: streamWidth,
  outputStreamWidth: streamWidth,
  legalValues: (node) => ({ PE: divisors(node.integer('NumChannels')) }),
  autoFolding: { rule: 'raise', attribute: 'PE', divisorOf: (node) => node.integer('NumChannels') },
  cycles: (node) => elementCount(shape(node)) / node.integer('PE'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: sameDatatype,
  prepare: () => (input) => input,
};

/** `DuplicateStreams_hls`. */
export const duplicateStreamsHls: Op = {
  ...duplicateStreams,
  attributes: { ...duplicateStreams.attributes, ...hlsAttributes },
  unit: () => ({ type: 'fork' }),
};

function shape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), node.integer('NumChannels')];
}

function streamWidth(node: NodeView): number {
  return node.integer('PE') * node.datatype('inputDataType').bits;
}
