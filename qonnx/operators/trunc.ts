import { roundHalfEven } from '../../base/rounding.ts';
import { integerAttribute } from './attributes.ts';
import { combined } from './elementwise.ts';
import type { Call, Operator } from './operator.ts';
import { limited } from './quant.ts';
import { roundingOf } from './rounding-modes.ts';

/** QONNX's Trunc, which cuts the last bits of quantised values; every step is rounded to float32, as in qonnx 1.0.0 `trunc`. */
export const trunc: Operator = (call) => (call.version < 2 ? truncByBits(call) : truncByScale(call));

const { fround } = Math;

/** Version 1: the difference of the two widths is the number of bits that are cut. */
function truncByBits(call: Call): ReturnType<Operator> {
  const round = roundingOf(call, 'FLOOR');
  return combined(call, 'float32', ([values, scales, zeroPoints, widths, widthsAfter]) => (index) => {
    const [scale, zeroPoint] = [scales?.[index] ?? 1, zeroPoints?.[index] ?? 0];
    const integer = integerOf(values?.[index] ?? 0, scale, zeroPoint);
    const divisor = 2 ** ((widths?.[index] ?? 0) - (widthsAfter?.[index] ?? 0));
    return fround(round(fround(integer / divisor)) - zeroPoint) * scale;
  });
}

/** Version 2: the quotient of the two scales, as a power of two, is the divisor. */
function truncByScale(call: Call): ReturnType<Operator> {
  const round = roundingOf(call, 'FLOOR');
  const isSigned = integerAttribute(call, 'signed', 1) !== 0;
  const isNarrow = integerAttribute(call, 'narrow', 0) !== 0;
  return combined(call, 'float32', ([values, scales, zeroPoints, , scalesAfter, widthsAfter]) => (index) => {
    const [scale, zeroPoint] = [scales?.[index] ?? 1, zeroPoints?.[index] ?? 0];
    const scaleAfter = scalesAfter?.[index] ?? 1;
    const integer = integerOf(values?.[index] ?? 0, scale, zeroPoint);
    const divisor = 2 ** roundHalfEven(Math.log2(fround(scaleAfter / scale)));
    const cut = round(limited(fround(integer / divisor), widthsAfter?.[index] ?? 0, isSigned, isNarrow));
    return fround(cut - fround(zeroPoint / divisor)) * scaleAfter;
  });
}

function integerOf(value: number, scale: number, zeroPoint: number): number {
  return roundHalfEven(fround(fround(value / scale) + zeroPoint));
}
