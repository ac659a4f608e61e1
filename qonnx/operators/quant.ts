import { integerAttribute } from './attributes.ts';
import { combined } from './elementwise.ts';
import type { Call, Operator, Operators } from './operator.ts';
import { roundingOf } from './rounding-modes.ts';

/** QONNX's quantisers, whose results are floats again; every step is rounded to float32, as in qonnx 1.0.0 `int_quant`. */
export const quantisers: Operators = {
  BipolarQuant: (call) =>
    combined(
      call,
      'float32',
      ([values, scales]) =>
        (index) =>
          ((values?.[index] ?? 0) >= 0 ? 1 : -1) * (scales?.[index] ?? 0),
    ),
  IntQuant: intQuant,
  Quant: intQuant,
};

/** Limits an integer before it is rounded to those of a width in bits. */
export function limited(value: number, bits: number, isSigned: boolean, isNarrow: boolean): number {
  const [less, magnitude] = [isNarrow ? 1 : 0, 2 ** (bits - (isSigned ? 1 : 0))];
  const [lowest, highest] = isSigned ? [less - magnitude, magnitude - 1] : [0, magnitude - 1 - less];
  return value > highest ? highest : value < lowest ? lowest : value;
}

const { fround } = Math;

function intQuant(call: Call): ReturnType<Operator> {
  const isSigned = integerAttribute(call, 'signed', 1) !== 0;
  const isNarrow = integerAttribute(call, 'narrow', 1) !== 0;
  const round = roundingOf(call, 'ROUND');
  const quantised = (value: number, bits: number): number => {
    if (bits === 1 && isSigned) return value >= 0 ? 1 : -1;
    return round(limited(value, bits, isSigned, isNarrow));
  };
  return combined(call, 'float32', ([values, scales, zeroPoints, widths]) => (index) => {
    const [scale, zeroPoint] = [scales?.[index] ?? 1, zeroPoints?.[index] ?? 0];
    const scaled = fround(fround((values?.[index] ?? 0) / scale) + zeroPoint);
    return fround(quantised(scaled, widths?.[index] ?? 0) - zeroPoint) * scale;
  });
}
