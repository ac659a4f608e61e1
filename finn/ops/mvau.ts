import { elementCount } from '../../base/shape.ts';
import { commonAttributes, flag, fromModel, integer, text } from './attributes.ts';
import { accumulatorRange, bipolarValues, uniformRange } from './accumulator.ts';
import {
  accumulatorChange,
  inferUnitDatatypes,
  minimiseUnitWeights,
  multiplyCounts,
  roundUnitThresholds,
  unitConstants,
} from './activation-unit.ts';
import { prepareMatrixVector } from './mvau-execute.ts';
import type { NodeChange, Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** Multiplies a matrix by a vector and, unless `noActivation`, applies thresholds (FINN+ 1.6.1 `MVAU`); weights are (MW, MH). */
export const mvau: Op = {
  attributes: {
    PE: integer(null),
    SIMD: integer(null),
    MW: fromModel('integer'),
    MH: fromModel('integer'),
    resType: text('auto', ['auto', 'lut', 'dsp']),
    ActVal: fromModel('integer', 0),
    inputDataType: fromModel('datatype'),
    weightDataType: fromModel('datatype'),
    outputDataType: fromModel('datatype'),
    accDataType: fromModel('datatype', 'INT32'),
    binaryXnorMode: fromModel('integer', 0, [0, 1]),
    noActivation: fromModel('integer', 0, [0, 1]),
    numInputVectors: fromModel('integers', [1]),
    // Streamed weights are refused by name, see streamed-weights.ts.
    mem_mode: text('internal_decoupled', ['internal_embedded', 'internal_decoupled']),
    ram_style: text('auto', ['auto', 'block', 'distributed', 'ultra']),
    ram_style_thresholds: text('auto', ['auto', 'block', 'distributed']),
    runtime_writeable_weights: flag(0),
    pumpedMemory: flag(0),
    TH: integer(1, [1]),
    ...commonAttributes,
  },
  inputShape,
  outputShape,
  foldedInputShape: (node) => fold(inputShape(node), node.integer('SIMD')),
  inputStreams: () => 1,
  constants: (node) => unitConstants(node, [node.integer('MW'), node.integer('MH')], node.integer('MH')),
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('PE')),
  inputStreamWidth: (node) => node.integer('SIMD') * node.datatype('inputDataType').bits,
  outputStreamWidth: (node) => node.integer('PE') * node.datatype('outputDataType').bits,
  legalValues: (node) => ({ PE: divisors(node.integer('MH')), SIMD: divisors(node.integer('MW')) }),
  autoFolding: { rule: 'matrix-vector' },
  cycles: (node) => weightDepth(node) * elementCount(node.integers('numInputVectors')) * node.integer('TH'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: (node) =>
    multiplyCounts(node, {
      weights: node.integer('MW') * node.integer('MH'),
      channels: node.integer('MH'),
      repetitions: elementCount(node.integers('numInputVectors')),
    }),
  inferDatatypes: inferUnitDatatypes,
  minimiseWeights: minimiseUnitWeights,
  minimiseAccumulator,
  roundThresholds: roundUnitThresholds,
  prepare: (node, kernels) => {
    const multiply = prepareMatrixVector(node, kernels);
    const shape = outputShape(node);
    return (input) => ({ shape, data: multiply(input.data) });
  },
};

/** Words of the weight memory (FINN `calc_wmem`). */
export function weightDepth(node: NodeView): number {
  return (node.integer('MW') * node.integer('MH')) / (node.integer('PE') * node.integer('SIMD'));
}

function inputShape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), node.integer('MW')];
}

function outputShape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), node.integer('MH')];
}

function minimiseAccumulator(node: NodeView): NodeChange {
  const input = node.datatype('inputDataType');
  const [rows, columns] = [node.integer('MW'), node.integer('MH')];
  const { values } = node.parameter(1);
  const range =
    node.integer('runtime_writeable_weights') === 1
      ? uniformRange(node.datatype('weightDataType'), rows, input)
      : accumulatorRange(
          node.integer('binaryXnorMode') === 1 ? bipolarValues(values) : values,
          columns,
          input,
        );
  return accumulatorChange(node, range);
}
