import { roundHalfEven } from '../../base/rounding.ts';
import { textAttribute } from './attributes.ts';
import { unsupportedForm } from './operator.ts';
import type { Call } from './operator.ts';

/** The rounding mode of a quantiser, as qonnx 1.0.0 `resolve_rounding_mode` defines them, in float32. */
export function roundingOf(call: Call, absent: string): (value: number) => number {
  const mode = textAttribute(call, 'rounding_mode', absent).toUpperCase();
  const round = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
  if (round) return round;
  throw unsupportedForm(call, `rounds by ${mode}`, `use ${Object.keys(modes).join(', ')}`);
}

const { abs, ceil, floor, fround, sign, trunc } = Math;

const modes: { readonly [mode: string]: (value: number) => number } = {
  ROUND: roundHalfEven,
  HALF_EVEN: roundHalfEven,
  CEIL: ceil,
  FLOOR: floor,
  UP: (value) => sign(value) * ceil(abs(value)),
  DOWN: trunc,
  HALF_UP: (value) => sign(value) * floor(fround(abs(value) + 0.5)),
  HALF_DOWN: (value) => sign(value) * ceil(fround(abs(value) - 0.5)),
};
