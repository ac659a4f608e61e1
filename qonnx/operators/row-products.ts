/**
 * The sums of products of every row of one matrix with every row of another, both of `depth` columns and in C order; shape
 * (left rows, right rows).
 */
export function rowProducts(
  left: Float64Array,
  right: Float64Array,
  depth: number,
  rows: number,
  columns: number,
): Float64Array {
  const sums = new Float64Array(rows * columns);
  const wholeRows = rows - (rows % 4);
  const wholeColumns = columns - (columns % 2);
  for (let column = 0; column < wholeColumns; column += 2)
    for (let row = 0; row < wholeRows; row += 4) addBlock(left, right, depth, row, column, columns, sums);
  for (let column = 0; column < columns; column++)
    for (let row = column < wholeColumns ? wholeRows : 0; row < rows; row++)
      sums[row * columns + column] = rowProduct(left, row * depth, right, column * depth, depth);
  return sums;
}

// In the loops, `?? 0` never applies and is free, unlike a call. Four rows by two columns keep their sums in registers.
function addBlock(
  left: Float64Array,
  right: Float64Array,
  depth: number,
  row: number,
  column: number,
  columns: number,
  sums: Float64Array,
): void {
  let [sum00, sum01, sum10, sum11, sum20, sum21, sum30, sum31] = [0, 0, 0, 0, 0, 0, 0, 0];
  let from0 = row * depth;
  let from1 = from0 + depth;
  let from2 = from1 + depth;
  let from3 = from2 + depth;
  const end = column * depth + depth;
  for (let to0 = column * depth, to1 = end; to0 < end; to0++, to1++) {
    const value0 = right[to0] ?? 0;
    const value1 = right[to1] ?? 0;
    const weight0 = left[from0++] ?? 0;
    sum00 += weight0 * value0;
    sum01 += weight0 * value1;
    const weight1 = left[from1++] ?? 0;
    sum10 += weight1 * value0;
    sum11 += weight1 * value1;
    const weight2 = left[from2++] ?? 0;
    sum20 += weight2 * value0;
    sum21 += weight2 * value1;
    const weight3 = left[from3++] ?? 0;
    sum30 += weight3 * value0;
    sum31 += weight3 * value1;
  }
  const at = row * columns + column;
  sums[at] = sum00;
  sums[at + 1] = sum01;
  sums[at + columns] = sum10;
  sums[at + columns + 1] = sum11;
  sums[at + 2 * columns] = sum20;
  sums[at + 2 * columns + 1] = sum21;
  sums[at + 3 * columns] = sum30;
  sums[at + 3 * columns + 1] = sum31;
}

function rowProduct(
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  depth: number,
): number {
  let sum = 0;
  for (let index = 0; index < depth; index++)
    sum += (left[leftAt + index] ?? 0) * (right[rightAt + index] ?? 0);
  return sum;
}
