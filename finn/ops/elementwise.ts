import type { Datatype } from '../datatype.ts';
import { integerDatatype, smallestDatatype } from '../datatype.ts';
import { broadcastShape, elementCount, lastExtent } from '../../base/shape.ts';
import { commonAttributes, fromModel, integer, text } from './attributes.ts';
import { prepareElementwise } from './elementwise-execute.ts';
import type { NodeChange, Op } from './op.ts';
import { noResources, noUnit } from './op.ts';
import { valueRange } from './ranges.ts';
import { divisors } from './shapes.ts';
import type { NodeView } from './view.ts';

/** The operation of one kind of elementwise layer, and the datatype of its result. */
export interface Operation {
  readonly apply: (left: number, right: number) => number;
  /** FINN `_derive_out_dtype` for integers. */
  readonly result: (left: Datatype, right: Datatype) => Datatype;
}

const sum: Operation = { apply: (left, right) => left + right, result: sumOf };
const difference: Operation = {
  apply: (left, right) => left - right,
  result: (left, right) => integerDatatype(true, sumBits(left, right)),
};
const product: Operation = {
  apply: (left, right) => left * right,
  result: (left, right) => integerDatatype(left.signed || right.signed, left.bits + right.bits),
};
const maximum: Operation = {
  apply: (left, right) => Math.max(left, right),
  result: (left, right) => integerDatatype(left.signed && right.signed, Math.max(left.bits, right.bits)),
};

/** Two streams, or a stream and a constant, element by element (FINN+ 1.6.1 `elementwise_binary`). */
export const elementwiseAdd = elementwise(sum);
export const elementwiseSub = elementwise(difference);
export const elementwiseMul = elementwise(product);
export const elementwiseMax = elementwise(maximum);

/** The prefixes of the attributes of input 0 and input 1. */
const sides = ['lhs', 'rhs'] as const;

/** The folded shape of an input; an axis that is broadcast over the other input is not folded. */
export function foldedSide(node: NodeView, index: 0 | 1): readonly number[] {
  const shape = node.integers(`${sides[index]}_shape`);
  const last = lastExtent(shape);
  const outer = shape.slice(0, -1);
  if (spreadsLastAxis(node) && last === 1) return [...outer, 1, 1];
  return [...outer, last / node.integer('PE'), node.integer('PE')];
}

/** Bits of a stream word of an input; a constant inside the layer has no stream. */
export function sideStreamWidth(node: NodeView, index: 0 | 1): number {
  const constant = node.text(`${sides[index]}_style`) === 'const';
  if (constant && node.text('mem_mode') === 'internal_embedded') return 0;
  const elements = lastExtent(foldedSide(node, index));
  const repeated = spreadsLastAxis(node) && elements === 1 ? node.integer('PE') : 1;
  return elements * repeated * node.datatype(`${sides[index]}_dtype`).bits;
}

function elementwise(operation: Operation): Op {
  return {
    attributes: {
      ...commonAttributes,
      lhs_dtype: fromModel('datatype'),
      rhs_dtype: fromModel('datatype'),
      out_dtype: fromModel('datatype'),
      lhs_shape: fromModel('integers'),
      rhs_shape: fromModel('integers'),
      out_shape: fromModel('integers'),
      lhs_style: fromModel('text', 'input', ['input', 'const']),
      rhs_style: fromModel('text', 'input', ['input', 'const']),
      PE: integer(1),
      ram_style: text('auto', ['auto', 'block', 'distributed', 'ultra']),
      mem_mode: text('internal_embedded', ['internal_embedded', 'internal_decoupled']),
      inFIFODepths: { kind: 'integers', from: 'folding', initial: [2, 2] },
    },
    contradiction,
    inputShape: (node, position) => node.integers(`${sides[position === 0 ? 0 : 1]}_shape`),
    outputShape: (node) => node.integers('out_shape'),
    inputStreams: () => 2,
    foldedInputShape: (node, position) => foldedSide(node, position === 0 ? 0 : 1),
    foldedOutputShape: foldedOutput,
    inputStreamWidth: (node) => sideStreamWidth(node, 0),
    outputStreamWidth: (node) => node.integer('PE') * node.datatype('out_dtype').bits,
    legalValues: (node) => ({ PE: divisors(lastExtent(node.integers('out_shape'))) }),
    autoFolding: {
      rule: 'raise',
      attribute: 'PE',
      divisorOf: (node) => lastExtent(node.integers('out_shape')),
    },
    cycles: (node) => elementCount(foldedOutput(node).slice(0, -1)),
    unit: noUnit,
    resources: () => noResources,
    synthesis: null,
    counts: () => ({}),
    inferDatatypes: (node) => ({
      attributes: { lhs_dtype: node.input(0).datatype, rhs_dtype: node.input(1).datatype },
      datatypes: { [node.output()]: node.text('out_dtype') },
    }),
    minimiseWeights: minimiseConstants,
    minimiseAccumulator: (node) => {
      const [left, right] = [node.datatype('lhs_dtype'), node.datatype('rhs_dtype')];
      if (!left.integer || !right.integer) return {};
      const { name } = operation.result(left, right);
      return { attributes: { out_dtype: name }, datatypes: { [node.output()]: name } };
    },
    prepare: (node) => prepareElementwise(node, operation.apply),
  };
}

function contradiction(node: NodeView): string | null {
  const [left, right] = [node.integers('lhs_shape'), node.integers('rhs_shape')];
  const made = node.integers('out_shape').join(', ');
  if (broadcastShape(left, right)?.join(', ') !== made)
    return `makes [${made}] of [${left.join(', ')}] and [${right.join(', ')}]`;
  const streamed = sides.find(
    (side, index) => node.text(`${side}_style`) === 'const' && !node.constant(index),
  );
  return streamed === undefined ? null : `has ${streamed}_style "const" for a stream`;
}

/** Whether the last axis of one of the inputs has extent 1 and is broadcast over the other's. */
function spreadsLastAxis(node: NodeView): boolean {
  return (node.integers('lhs_shape').at(-1) === 1) !== (node.integers('rhs_shape').at(-1) === 1);
}

function foldedOutput(node: NodeView): readonly number[] {
  const shape = node.integers('out_shape');
  const elements = node.integer('PE');
  return [...shape.slice(0, -1), lastExtent(shape) / elements, elements];
}

function minimiseConstants(node: NodeView): NodeChange {
  let change: NodeChange = {};
  for (const [index, side] of sides.entries()) {
    if (!node.constant(index)) continue;
    const { name, values } = node.parameter(index);
    const range = valueRange(values);
    // Unlike for weights, a minimum of 0 already makes it signed.
    const extreme =
      range.minimum > 0
        ? range.maximum
        : Math.abs(range.minimum) > range.maximum
          ? range.minimum
          : -range.maximum - 1;
    const chosen = smallestDatatype(extreme).name;
    change = {
      attributes: { ...change.attributes, [`${side}_style`]: 'const', [`${side}_dtype`]: chosen },
      datatypes: { ...change.datatypes, [name]: chosen },
    };
  }
  return change;
}

/** The datatype that FINN gives a sum. */
export function sumOf(left: Datatype, right: Datatype): Datatype {
  return integerDatatype(left.signed || right.signed, sumBits(left, right));
}

/** One bit more than the wider operand, and one for the sign if only the narrower one is signed (UG1399). */
function sumBits(left: Datatype, right: Datatype): number {
  const [wider, narrower] = right.bits > left.bits ? [right, left] : [left, right];
  return wider.bits + (!wider.signed && narrower.signed ? 2 : 1);
}
