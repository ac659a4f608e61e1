import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readNpy } from '../../finn/npy.ts';
import { npy } from '../rig/npy.ts';
import { golden, readJson } from './network.ts';

const source = { name: 'inputs (a.npy)', at: ['inputs'] };

test("the example's images and labels", () => {
  const examples = new URL('../../examples/tfc-w2a2/', import.meta.url);
  const images = readNpy(readFileSync(new URL('images.npy', examples)), source);
  expect(images.shape[0]).toBe(100);
  expect(images.values).toHaveLength(100 * 784);
  expect(Math.max(...images.values)).toBe(255);
  expect(readNpy(readFileSync(new URL('labels.npy', examples)), source).shape).toEqual([100]);
});

describe("numpy's own files", () => {
  const files = readJson<{ readonly [name: string]: { readonly file: string; readonly values: string[] } }>(
    join(golden, 'npy.json'),
  );
  const numbers = { inf: Infinity, '-inf': -Infinity, nan: NaN };

  test.each(Object.entries(files))('%s', (name, { file, values }) => {
    const found = readNpy(Buffer.from(file, 'base64'), source);
    const wanted = values.map((text) =>
      Object.hasOwn(numbers, text) ? numbers[text as keyof typeof numbers] : Number(text),
    );
    expect([...found.values]).toEqual(wanted);
    if (/[CF]$/.test(name)) expect(found.shape).toEqual([2, 2, 3]);
  });
});

test('the bytes of a file in Fortran order stay as they are', () => {
  const file = npy('|u1', [2, 2], Uint8Array.of(1, 2, 3, 4), 'True');
  const before = [...file];
  expect([...readNpy(file, source).values]).toEqual([1, 3, 2, 4]);
  expect([...file]).toEqual(before);
});

test.each([
  ['an empty file', new Uint8Array(), 'npy/corrupt'],
  ['another file', new TextEncoder().encode('PK not an array'), 'npy/corrupt'],
  ['a header cut short', npy('|u1', [1], Uint8Array.of(1)).subarray(0, 40), 'npy/corrupt'],
  ['data cut short', npy('<i4', [3], Int32Array.of(1, 2)), 'npy/wrong-size'],
  ['data too long', npy('|u1', [1], Uint8Array.of(1, 2)), 'npy/wrong-size'],
  ['a huge announcement', npy('|u1', [99999999, 99999999], Uint8Array.of(1)), 'npy/wrong-size'],
  ['text', npy('<U3', [1], new Uint8Array(12)), 'npy/unsupported-type'],
  ['complex numbers', npy('<c8', [1], new Uint8Array(8)), 'npy/unsupported-type'],
  ['objects', npy('|O', [1], new Uint8Array(8)), 'npy/unsupported-type'],
])('%s is refused, by the name of the parameter and the file', (_what, bytes, code) => {
  expect(() => readNpy(bytes, source)).toThrow(
    expect.objectContaining({
      code,
      message: expect.stringContaining('inputs (a.npy)') as string,
      at: ['inputs'],
    }),
  );
});

test('records are refused with their type', () => {
  const plain = Buffer.from(npy('|u1', [1], Uint8Array.of(1))).toString('latin1');
  const records = Buffer.from(plain.replace("'|u1'", "[('a', '<i4')]").replace(/ {9}\n/, '\n'), 'latin1');
  expect(() => readNpy(records, source)).toThrow("numpy type [('a', '<i4')]");
});
