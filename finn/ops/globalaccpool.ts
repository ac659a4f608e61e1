import type { Datatype } from '../datatype.ts';
import { datatype, smallestDatatype } from '../datatype.ts';
import { elementCount } from '../../base/shape.ts';
import { valueAt } from '../tensor.ts';
import { commonAttributes, fromModel, hlsAttributes, integer } from './attributes.ts';
import { collectingLoop, wordsOf } from './loops.ts';
import type { Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** Sums each channel over an image; `numInputVectors` is [images, height, width] (FINN+ 1.6.1 `GlobalAccPool`). */
export const globalAccPool: Op = {
  attributes: {
    NumChannels: fromModel('integer'),
    PE: integer(null),
    inputDataType: fromModel('datatype'),
    numInputVectors: fromModel('integers', [1]),
    ...commonAttributes,
  },
  inputShape,
  outputShape,
  foldedInputShape: (node) => fold(inputShape(node), node.integer('PE')),
  inputStreams: () => 1,
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('PE')),
  inputStreamWidth: (node) => node.integer('PE') * node.datatype('inputDataType').bits,
  outputStreamWidth: (node) => node.integer('PE') * sumDatatype(node, node.datatype('inputDataType')).bits,
  legalValues: (node) => ({ PE: divisors(node.integer('NumChannels')) }),
  autoFolding: { rule: 'raise', attribute: 'PE', divisorOf: (node) => node.integer('NumChannels') },
  cycles: (node) => (elementCount(inputShape(node)) + node.integer('NumChannels')) / node.integer('PE'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: (node) => {
    const input = datatype(node.input(0).datatype);
    return {
      attributes: { inputDataType: input.name },
      datatypes: { [node.output()]: sumDatatype(node, input).name },
    };
  },
  // The sum's datatype follows from the input's, so minimisation finds nothing and only passes it on.
  minimiseAccumulator: () => ({}),
  prepare: (node) => {
    const shape = outputShape(node);
    const channels = node.integer('NumChannels');
    const image = elementCount(node.integers('numInputVectors').slice(1)) * channels;
    return ({ data }) => {
      const sums = new Int32Array(elementCount(shape));
      for (let index = 0; index < data.length; index += 1) {
        const to = Math.floor(index / image) * channels + (index % channels);
        sums[to] = (sums[to] ?? 0) + valueAt(data, index);
      }

      return { shape, data: sums };
    };
  },
};

/** `GlobalAccPool_hls`. */
export const globalAccPoolHls: Op = {
  ...globalAccPool,
  attributes: { ...globalAccPool.attributes, ...hlsAttributes },
  unit: (node) => {
    const [images = 1] = node.integers('numInputVectors');
    const input = wordsOf(globalAccPool.foldedInputShape(node, 0));
    return collectingLoop(input / images, node.integer('NumChannels') / node.integer('PE'), images);
  },
};

function inputShape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), node.integer('NumChannels')];
}

function outputShape(node: NodeView): readonly number[] {
  const [images = 1] = node.integers('numInputVectors');
  return [images, 1, 1, node.integer('NumChannels')];
}

function sumDatatype(node: NodeView, input: Datatype): Datatype {
  const pixels = elementCount(node.integers('numInputVectors').slice(-2));
  return smallestDatatype(pixels * (input.signed ? input.minimum : input.maximum));
}
