import { datatype, integerDatatype, type Datatype } from '../datatype.ts';
import { elementCount } from '../tensor.ts';
import { commonAttributes, flag, fromModel, integer, text } from './attributes.ts';
import { accumulatorDatatype, accumulatorRange, bipolarValues, uniformRange } from './accumulator.ts';
import { prepareMatrixVector } from './mvau_execute.ts';
import { noResources, type NodeChange, type Op } from './op.ts';
import { divisors, fold, roundUpTo } from './shapes.ts';
import { roundedThresholds } from './thresholds.ts';
import { smallestForRange, valueRange } from './ranges.ts';
import type { NodeView } from './view.ts';

/** Matrix times vector and, unless `noActivation`, thresholds (FINN+ 1.6.1 `MVAU`); weights are (MW, MH). */
export const mvau: Op = {
  attributes: {
    PE: integer(null),
    SIMD: integer(null),
    MW: fromModel('integer'),
    MH: fromModel('integer'),
    resType: text('auto', ['auto', 'lut', 'dsp']),
    ActVal: fromModel('integer', 0),
    inputDataType: fromModel('text'),
    weightDataType: fromModel('text'),
    outputDataType: fromModel('text'),
    accDataType: fromModel('text', 'INT32'),
    binaryXnorMode: fromModel('integer', 0),
    noActivation: fromModel('integer', 0),
    numInputVectors: fromModel('integers', [1]),
    // FINN knows streamed weights too (external, external_mem, dynamic); they need a second input that no board feeds.
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
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('PE')),
  inputStreamWidth: (node) => node.integer('SIMD') * node.datatype('inputDataType').bits,
  outputStreamWidth: (node) => node.integer('PE') * node.datatype('outputDataType').bits,
  legalValues: (node) => ({ PE: divisors(node.integer('MH')), SIMD: divisors(node.integer('MW')) }),
  cycles: (node) => weightDepth(node) * elementCount(node.integers('numInputVectors')) * node.integer('TH'),
  resources: () => noResources,
  counts,
  inferDatatypes: (node) => ({
    attributes: { inputDataType: node.input(0).datatype },
    datatypes: { [node.node.outputs[0]!]: node.text('outputDataType') },
  }),
  minimiseWeights: (node) =>
    node.integer('runtime_writeable_weights') === 1
      ? {}
      : {
          attributes: { weightDataType: smallestForRange(valueRange(node.parameter(1).values), false).name },
        },
  minimiseAccumulator,
  roundThresholds: (node) => {
    const accumulator = node.datatype('accDataType');
    if (!hasThresholds(node) || !accumulator.integer) return {};
    const thresholds = node.parameter(2);
    const rounded = roundedThresholds(thresholds.values, accumulator);
    return {
      datatypes: { [thresholds.name]: rounded.datatype },
      parameters: { [thresholds.name]: rounded.values },
    };
  },
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

/** Whether thresholds follow the accumulator. */
export function hasThresholds(node: NodeView): boolean {
  return node.integer('noActivation') === 0 && node.node.inputs.length > 2;
}

function inputShape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), node.integer('MW')];
}

function outputShape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), node.integer('MH')];
}

function counts(node: NodeView): { readonly [kind: string]: number } {
  const weights = node.integer('MW') * node.integer('MH');
  const weightBits = node.datatype('weightDataType').bits;
  const inputBits = node.datatype('inputDataType').bits;
  const [narrow, wide] = [Math.min(inputBits, weightBits), Math.max(inputBits, weightBits)];
  const multiplications = weights * elementCount(node.integers('numInputVectors'));
  const thresholdKind = `param_threshold_${String(node.datatype('accDataType').bits)}b`;
  return {
    [`op_mac_${String(narrow)}bx${String(wide)}b`]: multiplications,
    [`param_weight_${String(weightBits)}b`]: weights,
    ...(node.integer('noActivation') === 0 ? { [thresholdKind]: node.integer('MH') } : {}),
  };
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
  const accumulator = accumulatorDatatype(range);
  if (node.integer('noActivation') === 0) return { attributes: { accDataType: accumulator.name } };
  const output = node.last ? wholeBytes(accumulator) : accumulator;
  return { attributes: { outputDataType: output.name, accDataType: output.name } };
}

function wholeBytes(accumulator: Datatype): Datatype {
  // FINN rounds by rewriting the number in the name, and the name BINARY has none.
  if (accumulator.name === 'BINARY') return datatype('BINARY');
  return integerDatatype(accumulator.signed, roundUpTo(accumulator.bits, 8));
}
