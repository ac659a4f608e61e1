import { elementCount, lastExtent } from '../../base/shape.ts';
import { amounts, certain } from '../synthesis/amounts.ts';
import { commonAttributes, fromModel, integer, rtlAttributes } from './attributes.ts';
import type { Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { divisors, fold } from './shapes.ts';
import type { NodeView } from './view.ts';

/** Passes a stream unchanged, with another shape (FINN+ 1.6.1 `Reshape`). */
export const reshape: Op = {
  attributes: {
    ...commonAttributes,
    inp_shape: fromModel('integers'),
    out_shape: fromModel('integers'),
    dtype: fromModel('datatype'),
    PE: integer(1),
  },
  contradiction: (node) => {
    const [from, to] = [inputShape(node), outputShape(node)];
    if (elementCount(from) === elementCount(to)) return null;
    return `makes [${to.join(', ')}] of [${from.join(', ')}], which has another number of elements`;
  },
  inputShape,
  outputShape,
  foldedInputShape: (node) => fold(inputShape(node), node.integer('PE')),
  inputStreams: () => 1,
  foldedOutputShape: (node) => fold(outputShape(node), node.integer('PE')),
  inputStreamWidth: streamWidth,
  outputStreamWidth: streamWidth,
  legalValues: (node) => {
    const outputs = divisors(lastExtent(outputShape(node)));
    const last = lastExtent(inputShape(node));
    return { PE: outputs.filter((value) => last % value === 0) };
  },
  autoFolding: { rule: 'raise', attribute: 'PE', divisorOf: (node) => lastExtent(outputShape(node)) },
  cycles: (node) => elementCount(outputShape(node)) / node.integer('PE'),
  unit: noUnit,
  resources: () => noResources,
  synthesis: null,
  counts: () => ({}),
  inferDatatypes: (node) => {
    const { datatype } = node.input(0);
    const annotated = { [node.output()]: datatype };
    return datatype === node.text('dtype')
      ? { datatypes: annotated }
      : { attributes: { dtype: datatype }, datatypes: annotated };
  },
  prepare: (node) => {
    const shape = outputShape(node);
    return (input) => ({ shape, data: input.data });
  },
};

/** `Reshape_rtl`: a converter between equal widths, which is nothing but wires. */
export const reshapeRtl: Op = {
  ...reshape,
  attributes: { ...reshape.attributes, ...rtlAttributes },
  synthesis: () => certain(amounts({})),
  unit: () => ({ type: 'wire' }),
};

function inputShape(node: NodeView): readonly number[] {
  return node.integers('inp_shape');
}

function outputShape(node: NodeView): readonly number[] {
  return node.integers('out_shape');
}

function streamWidth(node: NodeView): number {
  return node.integer('PE') * node.datatype('dtype').bits;
}
