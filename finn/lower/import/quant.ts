import { integerDatatype } from '../../datatype.ts';
import { broadcastShape, elementCount } from '../../../base/shape.ts';
import { valueAt } from '../../tensor.ts';
import { broadcastIndex } from '../constant.ts';
import type { Constant } from '../float-graph.ts';
import { unsupported } from '../refuse.ts';
import { roundHalfEven } from '../../../base/rounding.ts';
import type { Imported, ImportRule, ResolvedNode } from './source.ts';
import { constantAt, integerAttribute, numberAt, only, placed } from './source.ts';

/** A quantiser of an activation is kept, one of a constant is computed. Its zero point must be 0. */
export const quant: ImportRule = (source) => {
  const bits = numberAt(source, 3);
  if (numberAt(source, 2) !== 0)
    throw unsupported(
      source,
      `has the zero point ${numberAt(source, 2)}`,
      'quantise symmetrically (zero point 0)',
    );
  if (!Number.isInteger(bits) || bits < 1 || bits > 32)
    throw unsupported(source, `quantises to ${bits} bits`, 'use a whole number of bits from 1 to 8');
  const rounding = source.node.attributes.get('rounding_mode');
  if (rounding?.type === 'string' && !['ROUND', 'HALF_EVEN'].includes(rounding.value.toUpperCase()))
    throw unsupported(
      source,
      `rounds by ${rounding.value}`,
      "use ROUND; FINN's thresholds support no other mode",
    );
  return importQuantiser(source, {
    bits,
    signed: integerAttribute(source, 'signed', 1) !== 0,
    narrow: integerAttribute(source, 'narrow', 1) !== 0,
  });
};

/** A quantiser to -1 and +1 times its scale. */
export const bipolarQuant: ImportRule = (source) =>
  importQuantiser(source, { bits: 1, signed: true, narrow: true });

interface IntegerRange {
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
}

function importQuantiser(source: ResolvedNode, range: IntegerRange): Imported {
  const scale = constantAt(source, 1);
  if (!scale.values.every((value) => value > 0))
    throw unsupported(source, 'has a scale that is not positive', 'quantise with a positive scale');
  const operand = source.operands[0];
  if (operand?.kind === 'activation') {
    if (range.bits > 8)
      throw unsupported(source, `quantises to ${range.bits} bits`, 'use 1 to 8 bits for activations');
    const op = source.op === 'BipolarQuant' ? 'BipolarQuant' : 'Quant';
    return only({ op, ...placed(source), scale, ...range });
  }
  return {
    operand: {
      kind: 'quantised',
      value: {
        integers: quantise(source, constantAt(source, 0), scale, range),
        scale,
        layout: source.layout,
        position: source.position,
      },
    },
  };
}

/** QONNX 1.0.0 `int_quant` and `binary_quant`, then FINN's division by the scale, in float32 throughout. */
function quantise(source: ResolvedNode, constant: Constant, scale: Constant, range: IntegerRange): Constant {
  checkQuantisable(source, constant, scale);
  const isBipolar = range.bits === 1 && range.signed;
  const round = isBipolar ? (value: number) => (value >= 0 ? 1 : -1) : clipped(range);
  const { fround } = Math;
  // Multiplied by the scale and divided by it again, a small integer stays the same.
  const isExact = range.bits <= 16 && scale.values.every((value) => value > 1e-30 && value < 1e30);
  const values = new Float32Array(constant.values.length);
  const run = runOf(constant.shape, scale.shape);
  for (let start = 0; start < values.length; start += run) {
    const factor = valueAt(scale.values, broadcastIndex(start, constant.shape, scale.shape));
    for (let index = start; index < start + run; index++) {
      const integer = round(fround(valueAt(constant.values, index) / factor));
      values[index] = isExact ? integer : roundHalfEven(fround(fround(integer * factor) / factor));
    }
  }
  return {
    shape: constant.shape,
    values,
    datatype: isBipolar ? 'BIPOLAR' : integerDatatype(range.signed, range.bits).name,
  };
}

function checkQuantisable(source: ResolvedNode, { shape, values }: Constant, scale: Constant): void {
  const joint = broadcastShape(shape, scale.shape);
  if (joint?.length !== shape.length || !joint.every((size, axis) => size === shape[axis]))
    throw unsupported(
      source,
      `has a scale of shape [${scale.shape.join(', ')}]`,
      'use one per tensor or channel',
    );
  if (!areFinite(values))
    throw unsupported(source, 'quantises values that are not finite', 'train or export the weights again');
}

/** Rounds to the nearest integer of the range. */
function clipped({ bits, signed, narrow }: IntegerRange): (value: number) => number {
  const highest = 2 ** (bits - (signed ? 1 : 0)) - 1 - (!signed && narrow ? 1 : 0);
  const lowest = signed ? -(2 ** (bits - 1)) + (narrow ? 1 : 0) : 0;
  return (value) => roundHalfEven(value < lowest ? lowest : value > highest ? highest : value);
}

/** How many consecutive elements have the same scale: those of the last axes over which it is stretched. */
function runOf(shape: readonly number[], scale: readonly number[]): number {
  const own = shape.map((_, axis) => scale[axis - shape.length + scale.length] ?? 1);
  const stretched = shape.length - 1 - own.findLastIndex((size) => size !== 1);
  return elementCount(shape.slice(shape.length - stretched));
}

function areFinite(values: Float32Array): boolean {
  let none = 0;
  for (let index = 0; index < values.length; index++) none += valueAt(values, index) * 0;
  return none === 0;
}
