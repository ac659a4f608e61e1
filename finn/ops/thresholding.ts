import { Refusal } from '../../base/refusal.ts';
import type { Datatype } from '../datatype.ts';
import { allows, datatype } from '../datatype.ts';
import { prepareThresholds } from '../execute/thresholds.ts';
import { elementCount } from '../../base/shape.ts';
import { commonAttributes, flag, fromModel, integer } from './attributes.ts';
import type { NodeChange, Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { divisors, fold } from './shapes.ts';
import { roundedThresholds } from './thresholds.ts';
import { smallestForRange, valueRange } from './ranges.ts';
import type { NodeView } from './view.ts';

/** Counts, per channel, the thresholds a value reaches, plus ActVal (FINN+ 1.6.1 `Thresholding`). */
export const thresholding: Op = {
  attributes: {
    ...commonAttributes,
    runtime_writeable_weights: flag(0),
    PE: integer(null),
    NumChannels: fromModel('integer'),
    numSteps: fromModel('integer'),
    inputDataType: fromModel('datatype'),
    weightDataType: fromModel('datatype'),
    outputDataType: fromModel('datatype'),
    numInputVectors: fromModel('integers', [1]),
    ActVal: fromModel('integer', 0),
  },
  inputShape: shape,
  outputShape: shape,
  foldedInputShape: (node) => fold(shape(node), node.integer('PE')),
  inputStreams: () => 1,
  constants: (node) => {
    const [channels, steps] = [node.integer('NumChannels'), node.integer('numSteps')];
    return [
      {
        shapes: [
          [channels, steps],
          [1, steps],
        ],
        datatype: node.text('weightDataType'),
      },
    ];
  },
  foldedOutputShape: (node) => fold(shape(node), node.integer('PE')),
  inputStreamWidth: (node) => node.integer('PE') * node.datatype('inputDataType').bits,
  outputStreamWidth: (node) => node.integer('PE') * node.datatype('outputDataType').bits,
  legalValues: (node) => ({ PE: divisors(node.integer('NumChannels')) }),
  autoFolding: { rule: 'raise', attribute: 'PE', divisorOf: (node) => node.integer('NumChannels') },
  cycles: (node) => elementCount(shape(node)) / node.integer('PE'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: (node) => ({
    attributes: { inputDataType: node.input(0).datatype },
    datatypes: { [node.output()]: node.text('outputDataType') },
  }),
  minimiseWeights: (node) => minimiseThresholds(node, (minimal) => minimal),
  roundThresholds: (node) => {
    const thresholds = node.parameter(1);
    const reached = datatype(node.input(0).datatype);
    if (!reached.integer) return {};
    const rounded = roundedThresholds(thresholds.values, reached);
    return {
      attributes: { weightDataType: rounded.datatype },
      datatypes: { [thresholds.name]: rounded.datatype },
      parameters: { [thresholds.name]: rounded.values },
    };
  },
  prepare: (node) => {
    const { tensor, values } = node.parameter(1);
    const bipolar = node.text('outputDataType') === 'BIPOLAR';
    const scale = bipolar ? 2 : 1;
    const count = prepareThresholds(values, tensor.shape, {
      scale,
      bias: scale * node.integer('ActVal') - (bipolar ? 1 : 0),
    });
    return (input) => ({ shape: input.shape, data: count(input.data) });
  },
};

/**
 * Sets the smallest threshold datatype on the node and its tensor, after `widen` has added what the implementation
 * needs (FINN `Thresholding.minimize_weight_bit_width`); runtime-writeable thresholds keep theirs unless widened.
 */
export function minimiseThresholds(node: NodeView, widen: (minimal: Datatype) => Datatype): NodeChange {
  const minimal = minimalDatatype(node);
  const isInteger = node.datatype('inputDataType').integer && minimal.integer;
  const chosen = isInteger ? widen(minimal) : minimal;
  if (node.integer('runtime_writeable_weights') === 1 && chosen === minimal) return {};
  const { name, values } = node.parameter(1);
  if (!values.every((value) => allows(chosen, value)))
    throw new Refusal(
      'finn/thresholds',
      `the thresholds of ${node.node.name} do not all fit into ${chosen.name}`,
    );

  return { attributes: { weightDataType: chosen.name }, datatypes: { [name]: chosen.name } };
}

/** Threshold words that one PE holds (FINN `calc_tmem`). */
export function thresholdDepth(node: NodeView): number {
  return node.integer('NumChannels') / node.integer('PE');
}

function minimalDatatype(node: NodeView): Datatype {
  const current = node.datatype('weightDataType');
  if (node.integer('runtime_writeable_weights') === 1) return current;
  const input = node.datatype('inputDataType');
  const range = valueRange(node.parameter(1).values);
  if (!input.signed && range.minimum < 0)
    throw new Refusal(
      'finn/thresholds',
      `${node.node.name} has negative thresholds, but its input (${input.name}) is unsigned`,
    );

  if (!input.integer || !current.integer) return current;
  // The general rule would give BIPOLAR here, which cannot hold 0.
  if (range.minimum === 0 && range.maximum === 0) return datatype(input.signed ? 'INT2' : 'BINARY');
  return smallestForRange(range, input.signed);
}

function shape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), node.integer('NumChannels')];
}
