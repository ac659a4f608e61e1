import { elementCount, lastExtent } from '../../base/shape.ts';
import { floatAttribute, integerAttribute } from './attributes.ts';
import { commonShape, stretchedNumbers } from './elementwise.ts';
import { badOperand, numbersAt, only, operandAt } from './operator.ts';
import type { Call, Operand, Operator, Operators } from './operator.ts';
import { positionsOf, steps, stretchedPositions } from './positions.ts';
import { rowProducts } from './row-products.ts';
import { filled } from './values.ts';
import type { NumberValues } from './values.ts';

/** Products of matrices; sums are in float64. */
export const products: Operators = { Gemm: gemm, MatMul: (call) => matrixProduct(call, (sum) => sum) };

/** QONNX's product of matrices of bits that represent -1 and 1: the number of ones after XNOR. */
export const bitProducts: Operators = {
  XnorPopcountMatMul: (call) => {
    const depth = lastExtent(operandAt(call, 0).shape);
    const bipolar = (values: NumberValues): Float64Array =>
      Float64Array.from(values, (value) => 2 * value - 1);
    return matrixProduct(call, (sum) => (sum + depth) / 2, bipolar);
  },
};

/** The product as numpy's `matmul` defines it, of vectors, matrices and stacks of matrices. */
function matrixProduct(
  call: Call,
  finish: (sum: number) => number,
  prepare: (values: NumberValues) => NumberValues = (values) => values,
): readonly [Operand] {
  const { elementType, shape: stated } = operandAt(call, 0);
  const other = operandAt(call, 1).shape;
  const left = stated.length === 1 ? [1, ...stated] : stated;
  const right = other.length === 1 ? [...other, 1] : other;
  const [rows, depth, columns] = [left.at(-2) ?? 1, lastExtent(left), lastExtent(right)];
  if (stated.length === 0 || other.length === 0 || right.at(-2) !== depth)
    throw badOperand(call, `multiplies matrices of shapes [${stated.join(', ')}] and [${other.join(', ')}]`);
  const stack = commonShape(call, [left.slice(0, -2), right.slice(0, -2)]);
  const shape = [...stack, ...(stated.length === 1 ? [] : [rows]), ...(other.length === 1 ? [] : [columns])];
  return only(call, elementType, shape, () => {
    const lefts = matrices(
      prepare(numbersAt(call, 0)),
      left.slice(0, -2),
      stack,
      positionsOf([steps(rows * depth, 1)]),
    );
    const rights = matrices(
      prepare(numbersAt(call, 1)),
      right.slice(0, -2),
      stack,
      positionsOf([steps(columns, 1), steps(depth, columns)]),
    );
    const sums = lefts.map((matrix, at) => rowProducts(matrix, rights[at] ?? matrix, depth, rows, columns));
    const size = rows * columns;
    return filled(elementType, size * sums.length, (index) =>
      finish(sums[Math.floor(index / size)]?.[index % size] ?? 0),
    );
  });
}

/** Each matrix of a stretched stack, its elements in the order of `positions`; equal matrices are one. */
function matrices(
  values: NumberValues,
  own: readonly number[],
  stack: readonly number[],
  positions: Int32Array,
): readonly Float64Array[] {
  const size = positions.length;
  const distinct = Array.from({ length: elementCount(own) }, (_, at) =>
    Float64Array.from(positions, (position) => values[at * size + position] ?? 0),
  );
  return Array.from(stretchedPositions(own, stack), (at) => distinct[at] ?? new Float64Array(size));
}

/** alpha · A · B + beta · C, with A and B transposed if the attributes say so. */
function gemm(call: Call): ReturnType<Operator> {
  const { elementType } = operandAt(call, 0);
  const left = matrixAt(call, 0, integerAttribute(call, 'transA', 0) !== 0);
  const right = matrixAt(call, 1, integerAttribute(call, 'transB', 0) !== 0);
  if (left.columns !== right.rows)
    throw badOperand(call, `multiplies ${left.columns} columns with ${right.rows} rows`);
  const [alpha, beta] = [floatAttribute(call, 'alpha', 1), floatAttribute(call, 'beta', 1)];
  const shape = [left.rows, right.columns];
  const bias = call.operands[2];
  if (bias && commonShape(call, [bias.shape, shape]).join() !== shape.join())
    throw badOperand(
      call,
      `adds a tensor of shape [${bias.shape.join(', ')}] to one of [${shape.join(', ')}]`,
    );
  return only(call, elementType, shape, () => {
    const sums = rowProducts(left.byRow(), right.byColumn(), left.columns, left.rows, right.columns);
    const added = bias ? stretchedNumbers(bias, shape) : null;
    return filled(
      elementType,
      sums.length,
      (index) => alpha * (sums[index] ?? 0) + beta * (added?.[index] ?? 0),
    );
  });
}

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly byRow: () => Float64Array;
  readonly byColumn: () => Float64Array;
}

function matrixAt(call: Call, index: number, isTransposed: boolean): Matrix {
  const { shape } = operandAt(call, index);
  const [first, second] = shape;
  if (first === undefined || second === undefined || shape.length !== 2)
    throw badOperand(
      call,
      `has a tensor of shape [${shape.join(', ')}] at input ${index}, where a matrix is expected`,
    );
  const asStored = (): Float64Array => Float64Array.from(numbersAt(call, index));
  const turned = (): Float64Array => {
    const values = numbersAt(call, index);
    return Float64Array.from(positionsOf([steps(second, 1), steps(first, second)]), (at) => values[at] ?? 0);
  };
  return isTransposed
    ? { rows: second, columns: first, byRow: turned, byColumn: asStored }
    : { rows: first, columns: second, byRow: asStored, byColumn: turned };
}
