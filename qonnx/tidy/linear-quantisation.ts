import { Refusal } from '../../base/refusal.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../../onnx/model.ts';
import { labelOf } from '../operators/operator.ts';
import { numbersOf } from '../operators/values.ts';
import { integerOf } from './attributes.ts';
import { evaluated } from './evaluate.ts';
import type { Rewrite } from './rewrite.ts';
import { rewriting } from './rewrite.ts';
import type { View } from './view.ts';

const domain = 'qonnx.custom_op.general';

/**
 * The model with a Quant in place of QuantizeLinear, Clip and DequantizeLinear (the form QCDQ), and of Clip and
 * DequantizeLinear of integer weights. Refuses zero points other than 0 (`qonnx/zero-point`).
 */
export function withQuantisers(model: OnnxModel): OnnxModel {
  const { opsets, ...changed } = rewriting(quantiser)(model);
  const isUsed = changed.graph.nodes.some((node) => node.domain === domain);
  return { ...changed, opsets: isUsed && !opsets.has(domain) ? new Map([...opsets, [domain, 1]]) : opsets };
}

function quantiser(node: OnnxNode, view: View): Rewrite | null {
  if (node.domain !== '' || node.opType !== 'DequantizeLinear') return null;
  const [integers = '', scale = '', zero = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const scales = view.constantOf(scale);
  const clipped = clippedAt(integers, view);
  const range = clipped && rangeOf(clipped.lowest, clipped.highest);
  const values = clipped && valuesAt(clipped.from, node, view);
  if (!scales || !range || !values) return null;
  if (zero !== '' && !numbers(view.constantOf(zero)).every((point) => point === 0)) throw zeroPoint(node);
  const names = ['scale', 'zero', 'bits'].map((part) => `${output}:${part}`) as [string, string, string];
  const shape = view.shapeOf(output) ?? [];
  return {
    nodes: [
      {
        ...node,
        opType: 'Quant',
        domain,
        inputs: [values.name, ...names],
        attributes: new Map<string, OnnxAttribute>([
          ['narrow', { type: 'int', value: range.isNarrow ? 1 : 0 }],
          ['rounding_mode', { type: 'string', value: 'ROUND' }],
          ['signed', { type: 'int', value: range.isSigned ? 1 : 0 }],
        ]),
      },
    ],
    constants: new Map([
      ...values.constants,
      [names[0], alongAxis(scales, integerOf(node, 'axis', 1), shape.length)],
      [names[1], scalar(0)],
      [names[2], scalar(range.bits)],
    ]),
  };
}

interface Clipped {
  /** The tensor in front of the Clip, if there is one. */
  readonly from: string;
  readonly lowest: number;
  readonly highest: number;
}

/** The bounds of integers by their type and the Clip that makes them; null if they are not known. */
function clippedAt(name: string, view: View): Clipped | null {
  const bounds = boundsOfType.get(view.typeOf(name));
  if (!bounds) return null;
  const producer = view.producerOf(name);
  if (producer?.opType !== 'Clip') return { from: name, lowest: bounds[0], highest: bounds[1] };
  const [from = '', ...names] = producer.inputs;
  const [lowest, highest] = bounds.map((bound, index) => {
    const stated = names[index] ?? '';
    return stated === '' ? bound : numbers(view.constantOf(stated))[0];
  });
  return lowest === undefined || highest === undefined ? null : { from, lowest, highest };
}

const boundsOfType: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['int8', [-128, 127]],
  ['uint8', [0, 255]],
  ['int16', [-32768, 32767]],
  ['uint16', [0, 65535]],
]);

interface IntegerRange {
  readonly bits: number;
  readonly isSigned: boolean;
  readonly isNarrow: boolean;
}

/** The width whose integers, all of them or without the lowest or highest one, are those of a range; null if there is none. */
function rangeOf(lowest: number, highest: number): IntegerRange | null {
  const isSigned = lowest < 0;
  const bits = Math.ceil(Math.log2(highest + 1)) + (isSigned ? 1 : 0);
  // A single signed bit is -1 and 1 to a Quant.
  if (bits < (isSigned ? 2 : 1)) return null;
  const [least, most] = isSigned ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  if (lowest === least && highest === most) return { bits, isSigned, isNarrow: false };
  const isNarrow = isSigned ? lowest === least + 1 && highest === most : highest === most - 1;
  return lowest <= 0 && isNarrow ? { bits, isSigned, isNarrow } : null;
}

/** The floats that a Quant in place of a DequantizeLinear reads: those in front of the QuantizeLinear, or of the integers. */
function valuesAt(
  name: string,
  node: OnnxNode,
  view: View,
): { readonly name: string; readonly constants: readonly (readonly [string, OnnxTensor])[] } | null {
  const integers = view.constantOf(name);
  const [, ...parameters] = node.inputs;
  if (integers) {
    const operands = [integers, ...parameters.map(view.constantOf)];
    const floats = evaluated(node, operands, view);
    const made = `${node.outputs[0] ?? ''}:values`;
    return floats ? { name: made, constants: [[made, floats]] } : null;
  }
  const producer = view.producerOf(name);
  if (producer?.opType !== 'QuantizeLinear') return null;
  const [floats = '', ...own] = producer.inputs;
  const isSame = [0, 1].every(
    (index) => numbersAt(own[index], view).join() === numbersAt(parameters[index], view).join(),
  );
  return isSame && integerOf(producer, 'axis', 1) === integerOf(node, 'axis', 1)
    ? { name: floats, constants: [] }
    : null;
}

/** An omitted zero point is 0. */
function numbersAt(name = '', view: View): readonly number[] {
  const values = numbers(view.constantOf(name));
  return values.every((value) => value === 0) ? [0] : values;
}

function numbers(tensor: OnnxTensor | null): readonly number[] {
  return tensor ? [...numbersOf(tensor.values)] : [];
}

/** Scales of the places of an axis in a shape that stretches along the others. */
function alongAxis({ values }: OnnxTensor, axis: number, rank: number): OnnxTensor {
  const { length } = values;
  const counted = axis < 0 ? axis + rank : axis;
  const shape = length === 1 ? [] : Array.from({ length: rank }, (_, at) => (at === counted ? length : 1));
  return { elementType: 'float32', shape, values: Float32Array.from(numbersOf(values)) };
}

function scalar(value: number): OnnxTensor {
  return { elementType: 'float32', shape: [], values: Float32Array.of(value) };
}

function zeroPoint(node: OnnxNode): Refusal {
  return new Refusal(
    'qonnx/zero-point',
    `${labelOf(node)} has a zero point other than 0`,
    'quantise symmetrically (zero point 0); hardware multiplies integers as they are',
  );
}
