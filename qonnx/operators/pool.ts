import { integerAttribute, integersAttribute } from './attributes.ts';
import { badOperand, numbersAt, only, operandAt, unsupportedForm } from './operator.ts';
import type { Call, Operator, Operators } from './operator.ts';
import { filled } from './values.ts';
import type { NumberValues } from './values.ts';
import { windowOf } from './window.ts';
import type { Plane, WindowAxis } from './window.ts';

/** Pooling over one or two spatial axes; sums are in float64. */
export const pools: Operators = {
  AveragePool: (call) => {
    const isPaddingCounted = integerAttribute(call, 'count_include_pad', 0) !== 0;
    return pooled(call, (values, start, [rows, columns]) => {
      let sum = 0;
      for (const row of rows.inside)
        for (const column of columns.inside) sum += values[start + row * columns.size + column] ?? 0;
      const count = isPaddingCounted
        ? rows.padded * columns.padded
        : rows.inside.length * columns.inside.length;
      return sum / count;
    });
  },
  MaxPool: (call) => {
    if ((call.node.outputs[1] ?? '') !== '')
      throw unsupportedForm(call, 'returns indices', 'only the greatest values are supported');
    return pooled(call, (values, start, [rows, columns]) => {
      let greatest = -Infinity;
      for (const row of rows.inside)
        for (const column of columns.inside) {
          const value = values[start + row * columns.size + column] ?? 0;
          if (value > greatest) greatest = value;
        }
      return greatest;
    });
  },
};

/** What a window at one place of an axis covers. */
interface Cover {
  readonly size: number;
  readonly inside: Int32Array;
  /** How many elements it covers if the padding counts. */
  readonly padded: number;
}

function pooled(
  call: Call,
  pool: (values: NumberValues, start: number, cover: Plane<Cover>) => number,
): ReturnType<Operator> {
  const { elementType, shape } = operandAt(call, 0);
  const [batch = 1, channels = 1, ...sizes] = shape;
  const kernel = integersAttribute(call, 'kernel_shape', null);
  if (kernel === null) throw badOperand(call, 'has no kernel_shape');
  const window = windowOf(call, sizes, kernel);
  const [rows, columns] = window;
  const places = window.slice(2 - sizes.length).map(({ output }) => output);
  return only(call, elementType, [batch, channels, ...places], () => {
    const values = numbersAt(call, 0);
    const [down, across] = [coversOf(rows), coversOf(columns)];
    const [pixels, size] = [rows.output * columns.output, rows.size * columns.size];
    return filled(elementType, batch * channels * pixels, (index) => {
      const place = index % pixels;
      const row = down[Math.floor(place / columns.output)];
      const column = across[place % columns.output];
      return row && column ? pool(values, Math.floor(index / pixels) * size, [row, column]) : 0;
    });
  });
}

function coversOf({ size, kernel, stride, dilation, begin, end, output }: WindowAxis): readonly Cover[] {
  return Array.from({ length: output }, (_, place) => {
    const covered = Array.from({ length: kernel }, (__, tap) => place * stride - begin + tap * dilation);
    return {
      size,
      inside: Int32Array.from(covered.filter((at) => at >= 0 && at < size)),
      // With ceil_mode, the last window may reach beyond the padding, which does not count.
      padded: covered.filter((at) => at < size + end).length,
    };
  });
}
