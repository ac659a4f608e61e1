import type { OnnxTensor } from '../../onnx/model.ts';

/** The first four values of a tensor and, if there are more, their number. */
export function beginning({ values }: OnnxTensor): string {
  const first = [...Float64Array.from(values.subarray(0, 4), Number)].map(shortNumber).join(', ');
  return values.length > 4 ? `${first}, … (${values.length} values)` : first;
}

/** With six significant digits. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
