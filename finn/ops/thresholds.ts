import type { Datatype } from '../datatype.ts';
import { smallestDatatype } from '../datatype.ts';

/**
 * Thresholds rounded up and clipped to one above what `reached` can hold, and the datatype FINN then annotates, one
 * bit wider than `reached` (FINN+ 1.6.1 `RoundAndClipThresholds`).
 */
export function roundedThresholds(
  values: Float32Array,
  reached: Datatype,
): { readonly values: Float32Array; readonly datatype: string } {
  const above = reached.maximum + 1;
  const rounded = values.map((value) => Math.min(Math.max(Math.ceil(value), reached.minimum), above));
  return { values: rounded, datatype: smallestDatatype(reached.signed ? -above - 1 : above).name };
}
