import { Refusal } from '../base/refusal.ts';
import { elementCount } from '../base/shape.ts';
import { permuteAxes } from './permute.ts';
import type { NumberArray } from './tensor.ts';

/** An array in memory, in C order. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly values: NumberArray;
}

/** The place an array comes from, for messages. */
export interface ArraySource {
  readonly name: string;
  /** Path into the parameters of the job, if one of them names the file. */
  readonly at?: readonly string[];
}

/**
 * The array in a .npy file (numpy's format 1 to 3) of booleans, integers or floats, in either byte order and either order of
 * axes. Integers beyond 2^53 are rounded to the nearest double. Refuses other files.
 */
export function readNpy(bytes: Uint8Array, source: ArraySource): NumericArray {
  const { order, type, fortran, shape, offset } = readLayout(bytes, bytes.length, source);
  const data = bytes.subarray(offset);
  // A copy is aligned, as arrays of more than one byte must be.
  const copy = type.size === 1 ? data : new Uint8Array(data);
  if (order === '>') reverseEach(copy, type.size);
  const values = type.read(copy);
  return { shape, values: fortran ? inCOrder(shape, values) : values };
}

/**
 * The layout of the array in a .npy file of this length in bytes, from its beginning, which holds at least the header; refuses as
 * `readNpy` does.
 */
export function readLayout(beginning: Uint8Array, length: number, source: ArraySource): Layout {
  const { descriptor, fortran, shape, offset } = readHeader(beginning, source);
  const { order, type } = elementType(descriptor, source);
  const bytes = length - offset;
  if (bytes !== elementCount(shape) * type.size)
    throw new Refusal(
      'npy/wrong-size',
      `${source.name} announces [${shape.join(', ')}] of ${type.size} bytes but holds ${bytes} bytes`,
      'the file was cut short or damaged; copy it again',
      source.at,
    );
  return { order, type, fortran, shape, offset };
}

/** The length of the header of a .npy file in bytes, from its first 12; any other file seems to have a short one. */
export function headerLength(first: Uint8Array): number {
  if (first.length < 12) return first.length;
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength);
  return first[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
}

interface Layout {
  /** Of the bytes of an element: `<`, `>` or `|`. */
  readonly order: string;
  readonly type: ElementType;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly offset: number;
}

/** A .npy file of an array in C order, as `numpy.save` writes it, of format 1. */
export function writeNpy(
  shape: readonly number[],
  values: NumberArray | BigInt64Array | BigUint64Array,
): Buffer {
  const kind =
    values instanceof Float32Array || values instanceof Float64Array ? 'f' : isSigned(values) ? 'i' : 'u';
  const descriptor = `${values.BYTES_PER_ELEMENT === 1 ? '|' : '<'}${kind}${values.BYTES_PER_ELEMENT}`;
  const axes = `${shape.join(', ')}${shape.length === 1 ? ',' : ''}`;
  const dictionary = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${axes}), }`;
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  const length = Math.ceil((start.length + dictionary.length + 1) / 64) * 64 - start.length;
  start.writeUInt16LE(length, 8);
  const header = `${dictionary.padEnd(length - 1)}\n`;
  return Buffer.concat([
    start,
    Buffer.from(header),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}

function isSigned(values: object): boolean {
  return [Int8Array, Int16Array, Int32Array, BigInt64Array].some((type) => values instanceof type);
}

interface ElementType {
  readonly size: number;
  /** From aligned little-endian bytes. */
  readonly read: (bytes: Uint8Array) => NumberArray;
}

const types: { readonly [name: string]: ElementType } = {
  b1: { size: 1, read: plain },
  u1: { size: 1, read: plain },
  i1: { size: 1, read: (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) },
  u2: { size: 2, read: ({ buffer }) => new Uint16Array(buffer) },
  i2: { size: 2, read: ({ buffer }) => new Int16Array(buffer) },
  u4: { size: 4, read: ({ buffer }) => new Uint32Array(buffer) },
  i4: { size: 4, read: ({ buffer }) => new Int32Array(buffer) },
  u8: { size: 8, read: ({ buffer }) => Float64Array.from(new BigUint64Array(buffer), Number) },
  i8: { size: 8, read: ({ buffer }) => Float64Array.from(new BigInt64Array(buffer), Number) },
  f2: { size: 2, read: ({ buffer }) => Float32Array.from(new Uint16Array(buffer), halfPrecision) },
  f4: { size: 4, read: ({ buffer }) => new Float32Array(buffer) },
  f8: { size: 8, read: ({ buffer }) => new Float64Array(buffer) },
};

/** Not a Buffer, whose `slice` does not copy. */
function plain({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

function elementType(
  descriptor: string,
  source: ArraySource,
): { readonly order: string; readonly type: ElementType } {
  const [, order = '', name = ''] = /^'([<>|])(\w+)'$/.exec(descriptor) ?? [];
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type !== undefined) return { order, type };
  throw new Refusal(
    'npy/unsupported-type',
    `${source.name} holds elements of numpy type ${descriptor}`,
    'save it as booleans, integers or floats of at most 64 bits',
    source.at,
  );
}

/** The value of IEEE 754 binary16. */
function halfPrecision(code: number): number {
  const sign = code >= 0x8000 ? -1 : 1;
  const exponent = (code >> 10) & 31;
  const fraction = code & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

/** Fortran's order is C's of the reversed axes. */
function inCOrder(shape: readonly number[], values: NumberArray): NumberArray {
  const axes = shape.map((_, axis) => axis).reverse();
  const ordered = values.slice();
  permuteAxes(shape.toReversed(), values, axes, ordered);
  return ordered;
}

interface Header {
  /** As numpy writes it, in its quotes. */
  readonly descriptor: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** `\x93NUMPY`, two version bytes, the header's length, then a Python dictionary as text. */
function readHeader(bytes: Uint8Array, { name, at }: ArraySource): Header {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((byte, index) => bytes[index] !== byte))
    throw new Refusal('npy/corrupt', `${name} is not a .npy file`, 'save the array with numpy.save', at);
  const start = bytes[6] === 1 ? 10 : 12;
  const offset = headerLength(bytes);
  const text = new TextDecoder('latin1').decode(bytes.subarray(start, offset));
  const field = (pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (offset <= bytes.length && found !== undefined) return found;
    throw new Refusal('npy/corrupt', `the header of ${name} is damaged`, 'copy the file again', at);
  };
  const sizes = field(/'shape': *\(([0-9, ]*)\)/)
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '');
  return {
    descriptor: field(/'descr': *('[^']*'|\[.*?\])/),
    fortran: field(/'fortran_order': *(True|False)/) === 'True',
    shape: sizes.map(Number),
    offset,
  };
}
