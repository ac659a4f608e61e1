import { elementCount } from '../../base/shape.ts';
import type { Datatype } from '../datatype.ts';
import { smallestDatatype } from '../datatype.ts';
import { commonAttributes, fromModel, hlsAttributes, integer } from './attributes.ts';
import { reducingLoop, wordsOf } from './loops.ts';
import type { NodeChange, Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { preparePool } from './pool-execute.ts';
import { notPositive } from './positive.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/**
 * Reduces each window to one value per channel: the maximum, the sum or the rounded-down average (FINN+ 1.6.1 `Pool`). Windows
 * are (kernel places, channels), as a depthwise ConvolutionInputGenerator cuts them.
 */
export const pool: Op = {
  attributes: {
    Channels: fromModel('integer'),
    PE: integer(null),
    KernelSize: fromModel('integers'),
    Function: fromModel('text', null, ['MaxPool', 'AvgPool', 'AccPool', 'QuantAvgPool']),
    OutImgDims: fromModel('integers'),
    InputDataType: fromModel('datatype'),
    OutputDataType: fromModel('datatype'),
    AccumBits: fromModel('integer', 0),
    Size: fromModel('integer', 1),
    BatchSize: fromModel('integer', 1, [1]),
    ...commonAttributes,
  },
  contradiction: (node) => notPositive(node, 'KernelSize'),
  inputShape,
  outputShape,
  foldedInputShape: (node) => fold(inputShape(node), node.integer('PE')),
  inputStreams: () => 1,
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('PE')),
  inputStreamWidth: (node) => node.integer('PE') * node.datatype('InputDataType').bits,
  outputStreamWidth: (node) => node.integer('PE') * node.datatype('OutputDataType').bits,
  legalValues: (node) => ({ PE: divisors(node.integer('Channels')) }),
  autoFolding: { rule: 'by-channel' },
  cycles: (node) => elementCount(inputShape(node)) / node.integer('PE'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: (node) => {
    const input = node.input(0).datatype;
    const output = node.text('Function') === 'MaxPool' ? input : node.text('OutputDataType');
    return {
      attributes: { InputDataType: input, OutputDataType: output },
      datatypes: { [node.output()]: output },
    };
  },
  minimiseAccumulator,
  prepare: (node) => {
    const reduce = preparePool(node);
    const shape = outputShape(node);
    return ({ data }) => ({ shape, data: reduce(data) });
  },
};

/** `Pool_hls`. */
export const poolHls: Op = {
  ...pool,
  attributes: { ...pool.attributes, ...hlsAttributes },
  unit: (node) =>
    reducingLoop(elementCount(node.integers('KernelSize')), wordsOf(pool.foldedInputShape(node, 0))),
};

function inputShape(node: NodeView): readonly number[] {
  return [
    node.integer('BatchSize'),
    ...node.integers('OutImgDims'),
    elementCount(node.integers('KernelSize')) * node.integer('Channels'),
  ];
}

function outputShape(node: NodeView): readonly number[] {
  return [node.integer('BatchSize'), ...node.integers('OutImgDims'), node.integer('Channels')];
}

function minimiseAccumulator(node: NodeView): NodeChange {
  const input = node.datatype('InputDataType');
  const kind = node.text('Function');
  if (kind === 'MaxPool' || !input.integer) return {};
  const sum = sumDatatype(node, input);
  const attributes = { AccumBits: sum.bits };
  // A quantised average keeps the datatype it was given.
  if (kind === 'QuantAvgPool') return { attributes };
  const output = kind === 'AccPool' ? sum.name : input.name;
  return {
    attributes: { ...attributes, OutputDataType: output },
    datatypes: { [node.output()]: output },
  };
}

function sumDatatype(node: NodeView, { minimum, maximum }: Datatype): Datatype {
  const places = elementCount(node.integers('KernelSize'));
  return smallestDatatype(places * (Math.abs(minimum) > Math.abs(maximum) ? minimum : maximum));
}
