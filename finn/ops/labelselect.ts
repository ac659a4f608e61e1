import { elementCount } from '../../base/shape.ts';
import { valueAt } from '../tensor.ts';
import { commonAttributes, fromModel, hlsAttributes, integer } from './attributes.ts';
import { collectingLoop } from './loops.ts';
import type { Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** The indices of the K largest inputs, largest first, the lower index first among equals (FINN+ 1.6.1 `LabelSelect`). */
export const labelSelect: Op = {
  attributes: {
    ...commonAttributes,
    Labels: fromModel('integer'),
    PE: integer(null),
    K: fromModel('integer'),
    inputDataType: fromModel('datatype'),
    outputDataType: fromModel('datatype'),
    numInputVectors: fromModel('integers', [1]),
  },
  contradiction: (node) => {
    const [labels, count] = [node.integer('Labels'), node.integer('K')];
    if (count < 1 || count > labels) return `selects ${count} of ${labels} labels`;
    const { name, maximum } = node.datatype('outputDataType');
    return maximum >= labels - 1 ? null : `numbers ${labels} labels with ${name}`;
  },
  inputShape,
  outputShape,
  foldedInputShape: (node) => fold(inputShape(node), node.integer('PE')),
  inputStreams: () => 1,
  foldedOutputShape: (node) => [...outputShape(node), 1],
  inputStreamWidth: (node) => node.integer('PE') * node.datatype('inputDataType').bits,
  outputStreamWidth: (node) => node.datatype('outputDataType').bits,
  legalValues: (node) => ({ PE: divisors(node.integer('Labels')) }),
  autoFolding: { rule: 'raise', attribute: 'PE', divisorOf: (node) => node.integer('Labels') },
  cycles: (node) => node.integer('Labels') / node.integer('PE'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: (node) => ({
    attributes: { inputDataType: node.input(0).datatype },
    datatypes: { [node.output()]: node.text('outputDataType') },
  }),
  prepare: (node) => {
    const labels = node.integer('Labels');
    const count = node.integer('K');
    const shape = outputShape(node);
    return ({ data }) => {
      const selected = new Int32Array(elementCount(shape));
      for (let row = 0; row < data.length / labels; row += 1) {
        const values = data.subarray(row * labels, (row + 1) * labels);
        const order = Array.from(values.keys()).sort(
          (left, right) => valueAt(values, right) - valueAt(values, left) || left - right,
        );
        selected.set(order.slice(0, count), row * count);
      }
      return { shape, data: selected };
    };
  },
};

/** `LabelSelect_hls`. */
export const labelSelectHls: Op = {
  ...labelSelect,
  attributes: { ...labelSelect.attributes, ...hlsAttributes },
  unit: (node) =>
    collectingLoop(
      node.integer('Labels') / node.integer('PE'),
      node.integer('K'),
      elementCount(node.integers('numInputVectors')),
    ),
};

function inputShape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), node.integer('Labels')];
}

function outputShape(node: NodeView): readonly number[] {
  return [...node.integers('numInputVectors'), node.integer('K')];
}
