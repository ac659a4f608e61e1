import { integerAttribute, integersAttribute } from './attributes.ts';
import { axisOf, listAt, numbersAt, only, operandAt } from './operator.ts';
import type { Call, Operand, Operator, Operators } from './operator.ts';
import { linesAlong } from './positions.ts';
import { filled } from './values.ts';
import type { NumberValues } from './values.ts';

/** Reductions of several elements to one; sums are in float64. */
export const reductions: Operators = {
  ArgMax: indexOfBest((value, best) => value > best),
  ArgMin: indexOfBest((value, best) => value < best),
  GlobalAveragePool: (call) => reduced(call, spatialAxes(call), true, mean),
  GlobalMaxPool: (call) => reduced(call, spatialAxes(call), true, folded(Math.max, -Infinity)),
  ReduceL1: reduction(18, (...line) => total(...line, Math.abs)),
  ReduceL2: reduction(18, (...line) => Math.sqrt(total(...line, square))),
  ReduceMax: reduction(18, folded(Math.max, -Infinity)),
  ReduceMean: reduction(18, mean),
  ReduceMin: reduction(18, folded(Math.min, Infinity)),
  ReduceProd: reduction(
    18,
    folded((product, value) => product * value, 1),
  ),
  ReduceSum: reduction(
    13,
    folded((sum, value) => sum + value, 0),
  ),
  ReduceSumSquare: reduction(18, (...line) => total(...line, square)),
};

/** Reduces the elements of one line, which are at a start plus each of the offsets. */
type Reduce = (values: NumberValues, start: number, offsets: Int32Array) => number;

function folded(combine: (result: number, value: number) => number, initial: number): Reduce {
  return (values, start, offsets) => {
    let result = initial;
    for (const offset of offsets) result = combine(result, values[start + offset] ?? 0);
    return result;
  };
}

/** The sum of a function of each element. */
function total(
  values: NumberValues,
  start: number,
  offsets: Int32Array,
  of: (value: number) => number,
): number {
  let sum = 0;
  for (const offset of offsets) sum += of(values[start + offset] ?? 0);
  return sum;
}

function square(value: number): number {
  return value * value;
}

function mean(values: NumberValues, start: number, offsets: Int32Array): number {
  let sum = 0;
  for (const offset of offsets) sum += values[start + offset] ?? 0;
  return sum / offsets.length;
}

/** `inputSince` is the version from which the axes are an input instead of an attribute. */
function reduction(inputSince: number, reduce: Reduce): Operator {
  return (call) => {
    const stated = call.version >= inputSince ? listAt(call, 1) : integersAttribute(call, 'axes', null);
    const isKept = integerAttribute(call, 'keepdims', 1) !== 0;
    if ((stated ?? []).length > 0) return reduced(call, stated ?? [], isKept, reduce);
    const { shape } = operandAt(call, 0);
    const isNothing = integerAttribute(call, 'noop_with_empty_axes', 0) !== 0;
    return reduced(call, isNothing ? [] : [...shape.keys()], isKept, reduce);
  };
}

function reduced(call: Call, stated: readonly number[], isKept: boolean, reduce: Reduce): readonly [Operand] {
  const { elementType, shape } = operandAt(call, 0);
  const axes = stated.map((axis) => axisOf(call, axis, shape.length));
  return only(call, elementType, withoutAxes(shape, axes, isKept), () => {
    const values = numbersAt(call, 0);
    const { starts, offsets } = linesAlong(shape, axes);
    return filled(elementType, starts.length, (index) => reduce(values, starts[index] ?? 0, offsets));
  });
}

function withoutAxes(shape: readonly number[], axes: readonly number[], isKept: boolean): readonly number[] {
  return shape.flatMap((extent, axis) => (axes.includes(axis) ? (isKept ? [1] : []) : [extent]));
}

function spatialAxes(call: Call): readonly number[] {
  return [...operandAt(call, 0).shape.keys()].slice(2);
}

/** The index of the first or, with `select_last_index`, last of the best elements along an axis. */
function indexOfBest(isBetter: (value: number, best: number) => boolean): Operator {
  return (call) => {
    const { shape } = operandAt(call, 0);
    const axis = axisOf(call, integerAttribute(call, 'axis', 0), shape.length);
    const isLast = integerAttribute(call, 'select_last_index', 0) !== 0;
    const isKept = integerAttribute(call, 'keepdims', 1) !== 0;
    return only(call, 'int64', withoutAxes(shape, [axis], isKept), () => {
      const values = numbersAt(call, 0);
      const { starts, offsets } = linesAlong(shape, [axis]);
      return filled('int64', starts.length, (line) => {
        const start = starts[line] ?? 0;
        let best = 0;
        for (const [index, offset] of offsets.entries()) {
          const [value, top] = [values[start + offset] ?? 0, values[start + (offsets[best] ?? 0)] ?? 0];
          if (isBetter(value, top) || (isLast && value === top)) best = index;
        }
        return best;
      });
    });
  };
}
