import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pack, packedByteLength, packedShape, unpack } from '../../finn/packing.ts';

interface Vector {
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly packed_shape: readonly number[];
  readonly packed_hex: string;
}

const golden = JSON.parse(readFileSync('test/golden/packing.json', 'utf8')) as {
  readonly vectors: readonly Vector[];
};

describe("FINN's packing", () => {
  test.each(
    golden.vectors.map((vector) => [`${vector.datatype} [${vector.shape.join(', ')}]`, vector] as const),
  )('%s', (_name, { datatype, shape, values, packed_shape, packed_hex }) => {
    const packed = pack({ shape, data: Int32Array.from(values) }, datatype);
    expect(Buffer.from(packed).toString('hex')).toBe(packed_hex);
    expect(packedShape(shape, datatype)).toEqual(packed_shape);
    expect(packedByteLength(shape, datatype)).toBe(packed.length);
    expect(unpack(packed, shape, datatype)).toEqual({ shape, data: Int32Array.from(values) });
  });

  test('any width from 1 to 32 bits unpacks as it was packed', () => {
    const tensors = fc
      .record({
        bits: fc.integer({ min: 1, max: 32 }),
        signed: fc.boolean(),
        rows: fc.integer({ min: 1, max: 4 }),
      })
      .filter(({ bits, signed }) => signed || bits < 32)
      .chain(({ bits, signed, rows }) => {
        const minimum = signed ? -(2 ** (bits - 1)) : 0;
        const maximum = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
        return fc.record({
          datatype: fc.constant(`${signed ? '' : 'U'}INT${bits}`),
          rows: fc.constant(rows),
          columns: fc.array(fc.integer({ min: minimum, max: maximum }), {
            minLength: rows,
            maxLength: rows * 9,
          }),
        });
      });
    fc.assert(
      fc.property(tensors, ({ datatype, rows, columns }) => {
        const width = Math.floor(columns.length / rows);
        const tensor = { shape: [rows, width], data: Int32Array.from(columns.slice(0, rows * width)) };
        expect(unpack(pack(tensor, datatype), tensor.shape, datatype)).toEqual(tensor);
      }),
    );
  });

  test.each([
    ['UINT2', 4],
    ['INT2', 2],
    ['BIPOLAR', 0],
    ['TERNARY', -2],
    ['BINARY', -1],
  ])('%s does not hold %i', (datatype, value) => {
    expect(() => pack({ shape: [1, 1], data: Int32Array.of(value) }, datatype)).toThrow(
      `${value} is not a value of ${datatype}`,
    );
  });

  test('the code that TERNARY leaves unused is refused', () => {
    expect(() => unpack(Uint8Array.of(0b10), [1, 1], 'TERNARY')).toThrow('-2 is not a value of TERNARY');
  });

  test.each(['FLOAT32', 'INT33', 'UINT32', 'INT64'])('%s is refused', (datatype) => {
    expect(() => packedByteLength([1, 1], datatype)).toThrow(`datatype ${datatype} cannot be packed`);
  });

  test('a wrong number of bytes is refused', () => {
    expect(() => unpack(Uint8Array.of(1, 2), [1, 3], 'UINT8')).toThrow(
      'UINT8 [1, 3] packs into 3 bytes, not 2',
    );
  });
});
