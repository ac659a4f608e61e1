import { expect, test } from 'vitest';
import { rowProducts } from '../../../qonnx/operators/row-products.ts';
import { seeded } from '../../rig/seeded.ts';

test('every row is multiplied with every row, whatever is left over of the blocks', () => {
  const random = seeded(1);
  const integers = (count: number) =>
    Float64Array.from({ length: count }, () => Math.floor(random() * 256) - 128);
  for (let rows = 0; rows <= 9; rows++)
    for (let columns = 0; columns <= 5; columns++)
      for (const depth of [0, 1, 2, 7]) {
        const [left, right] = [integers(rows * depth), integers(columns * depth)];
        const expected = Array.from({ length: rows * columns }, (_, at) => {
          const [row, column] = [Math.floor(at / columns), at % columns];
          let sum = 0;
          for (let index = 0; index < depth; index++)
            sum += left[row * depth + index]! * right[column * depth + index]!;
          return sum;
        });
        expect(
          [...rowProducts(left, right, depth, rows, columns)],
          `${rows} × ${columns} × ${depth}`,
        ).toEqual(expected);
      }
});
