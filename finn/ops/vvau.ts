import { accumulatorRange, bipolarValues, uniformRange } from './accumulator.ts';
import {
  accumulatorChange,
  inferUnitDatatypes,
  minimiseUnitWeights,
  multiplyCounts,
  roundUnitThresholds,
  unitConstants,
} from './activation-unit.ts';
import { commonAttributes, flag, fromModel, integer, text } from './attributes.ts';
import type { NodeChange, Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { notPositive } from './positive.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';
import { prepareVectorVector, weightsByPlace } from './vvau-execute.ts';

/**
 * One kernel per channel times the windows of that channel and, unless `noActivation`, thresholds (FINN+ 1.6.1 `VVAU`);
 * weights are (channels, 1, kernel height, kernel width), windows (kernel height, kernel width, channels).
 */
export const vvau: Op = {
  attributes: {
    PE: integer(null),
    SIMD: integer(1),
    Dim: fromModel('integers'),
    Channels: fromModel('integer'),
    Kernel: fromModel('integers'),
    resType: text('auto', ['auto', 'lut', 'dsp']),
    ActVal: fromModel('integer', 0),
    inputDataType: fromModel('datatype'),
    weightDataType: fromModel('datatype'),
    outputDataType: fromModel('datatype'),
    accDataType: fromModel('datatype', 'INT32'),
    noActivation: fromModel('integer', 0, [0, 1]),
    // Streamed weights are refused by name, see streamed-weights.ts.
    mem_mode: text('internal_decoupled', ['internal_embedded', 'internal_decoupled']),
    runtime_writeable_weights: flag(0),
    ram_style: text('auto', ['auto', 'block', 'distributed', 'ultra']),
    binaryXnorMode: fromModel('integer', 0, [0, 1]),
    ...commonAttributes,
  },
  contradiction: (node) => notPositive(node, 'Kernel'),
  inputShape,
  outputShape,
  foldedInputShape: (node) => fold(inputShape(node), node.integer('SIMD') * node.integer('PE')),
  inputStreams: () => 1,
  constants: (node) =>
    unitConstants(node, [node.integer('Channels'), 1, ...node.pair('Kernel')], node.integer('Channels')),
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('PE')),
  inputStreamWidth: (node) => node.integer('SIMD') * node.integer('PE') * node.datatype('inputDataType').bits,
  outputStreamWidth: (node) => node.integer('PE') * node.datatype('outputDataType').bits,
  legalValues: (node) => ({ PE: divisors(node.integer('Channels')), SIMD: divisors(kernelSize(node)) }),
  autoFolding: { rule: 'by-channel' },
  cycles: (node) => weightDepth(node) * pixels(node),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: (node) =>
    multiplyCounts(node, {
      weights: kernelSize(node) * node.integer('Channels'),
      channels: node.integer('Channels'),
      repetitions: pixels(node),
    }),
  inferDatatypes: inferUnitDatatypes,
  minimiseWeights: minimiseUnitWeights,
  minimiseAccumulator,
  roundThresholds: roundUnitThresholds,
  prepare: (node) => {
    const multiply = prepareVectorVector(node);
    const shape = outputShape(node);
    return ({ data }) => ({ shape, data: multiply(data) });
  },
};

/** Words of the weight memory (FINN `calc_wmem`). */
export function weightDepth(node: NodeView): number {
  return (kernelSize(node) * node.integer('Channels')) / (node.integer('PE') * node.integer('SIMD'));
}

/** The number of products in one sum. */
export function kernelSize(node: NodeView): number {
  const [height, width] = node.pair('Kernel');
  return height * width;
}

function pixels(node: NodeView): number {
  const [height, width] = node.pair('Dim');
  return height * width;
}

function inputShape(node: NodeView): readonly number[] {
  return [1, ...node.pair('Dim'), kernelSize(node) * node.integer('Channels')];
}

function outputShape(node: NodeView): readonly number[] {
  return [1, ...node.pair('Dim'), node.integer('Channels')];
}

function minimiseAccumulator(node: NodeView): NodeChange {
  const input = node.datatype('inputDataType');
  const channels = node.integer('Channels');
  if (node.integer('runtime_writeable_weights') === 1)
    return accumulatorChange(node, uniformRange(node.datatype('weightDataType'), kernelSize(node), input));

  const weights = weightsByPlace(node.parameter(1).values, channels);
  const values = node.integer('binaryXnorMode') === 1 ? bipolarValues(weights) : weights;
  return accumulatorChange(node, accumulatorRange(values, channels, input));
}
