import { expect, test } from 'vitest';
import { allows, datatype, integerDatatype, smallestDatatype } from '../../finn/datatype.ts';

test.each([
  ['INT2', 2, -2, 1],
  ['UINT8', 8, 0, 255],
  ['BINARY', 1, 0, 1],
  ['UINT1', 1, 0, 1],
  ['BIPOLAR', 1, -1, 1],
  ['TERNARY', 2, -1, 1],
  ['INT32', 32, -2147483648, 2147483647],
])('%s has %i bits from %i to %i', (name, bits, minimum, maximum) => {
  expect(datatype(name)).toMatchObject({ bits, minimum, maximum, integer: true, signed: minimum < 0 });
});

test('one unsigned bit is called BINARY', () => {
  expect(datatype('UINT1').name).toBe('BINARY');
  expect(integerDatatype(false, 1).name).toBe('BINARY');
});

test.each(['INT65', 'INT0', 'INT', 'UINTX', 'FIXED<8,4>', 'toString'])('%s is refused', (name) => {
  expect(() => datatype(name)).toThrow(`the datatype ${name} is not supported`);
});

test.each([
  [0, 'BINARY'],
  [1, 'BINARY'],
  [2, 'UINT2'],
  [255, 'UINT8'],
  [256, 'UINT9'],
  [-1, 'BIPOLAR'],
  [-2, 'INT2'],
  [-3, 'INT3'],
  [-129, 'INT9'],
  [0.5, 'FLOAT32'],
])('the smallest datatype for %f is %s', (value, name) => {
  expect(smallestDatatype(value).name).toBe(name);
});

test('BIPOLAR does not hold 0, and integers do not hold fractions', () => {
  expect(allows(datatype('BIPOLAR'), 0)).toBe(false);
  expect(allows(datatype('INT4'), 0.5)).toBe(false);
  expect(allows(datatype('FLOAT32'), 0.5)).toBe(true);
});
