import { Refusal } from '../base/refusal.ts';
import type { Datatype } from './datatype.ts';
import { allows, datatype } from './datatype.ts';
import type { IntegerTensor } from './tensor.ts';
import { valueAt } from './tensor.ts';
import { elementCount, lastExtent } from '../base/shape.ts';

/**
 * FINN's layout of integers in memory and on the wire (FINN+ 1.6.1 `finnpy_to_packed_bytearray` with `reverse_inner`
 * and `reverse_endian`): the last dimension becomes one little-endian word, element 0 in its lowest bits, padded with
 * zero bits to whole bytes; negative values are two's complement, BIPOLAR is 0 for -1 and 1 for +1.
 */

/** The packed size in bytes of a tensor of this normal or folded shape. */
export function packedByteLength(shape: readonly number[], datatypeName: string): number {
  const { rows, columns } = rowsOf(shape);
  return rows * rowBytes(columns, packable(datatypeName).bits);
}

/** FINN's shape of the packed bytes: the last dimension counts bytes instead of elements. */
export function packedShape(shape: readonly number[], datatypeName: string): readonly number[] {
  return [...shape.slice(0, -1), rowBytes(rowsOf(shape).columns, packable(datatypeName).bits)];
}

/** Packs a tensor; refuses a value that is not of the datatype (`packing/illegal-value`). */
export function pack({ shape, data }: IntegerTensor, datatypeName: string): Uint8Array {
  const type = packable(datatypeName);
  const { rows, columns } = rowsOf(shape);
  const stride = rowBytes(columns, type.bits);
  const packed = new Uint8Array(rows * stride);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = valueAt(data, row * columns + column);
      checkValue(type, value);
      writeBits(packed, row * stride * 8 + column * type.bits, type.bits, codeOf(type, value));
    }

  return packed;
}

/**
 * Unpacks a tensor of this shape; refuses bytes of another length (`packing/wrong-length`) and codes without a
 * value in the datatype (`packing/illegal-value`).
 */
export function unpack(packed: Uint8Array, shape: readonly number[], datatypeName: string): IntegerTensor {
  const type = packable(datatypeName);
  const { rows, columns } = rowsOf(shape);
  const stride = rowBytes(columns, type.bits);
  if (packed.length !== rows * stride)
    throw new Refusal(
      'packing/wrong-length',
      `${datatypeName} [${shape.join(', ')}] packs into ${rows * stride} bytes, not ${packed.length}`,
    );

  const data = new Int32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = valueOf(type, readBits(packed, row * stride * 8 + column * type.bits, type.bits));
      checkValue(type, value);
      data[row * columns + column] = value;
    }

  return { shape, data };
}

function packable(name: string): Datatype {
  const type = datatype(name);
  // Tensors carry their values as 32-bit signed integers.
  if (type.integer && type.bits <= (type.signed ? 32 : 31)) return type;
  throw new Refusal(
    'packing/unsupported-datatype',
    `activations of datatype ${name} cannot be packed`,
    'use BIPOLAR, BINARY, TERNARY, INT1 to INT32 or UINT1 to UINT31',
  );
}

function checkValue(type: Datatype, value: number): void {
  if (allows(type, value)) return;
  throw new Refusal('packing/illegal-value', `${value} is not a value of ${type.name}`);
}

function codeOf({ name, bits }: Datatype, value: number): number {
  if (name === 'BIPOLAR') return value === 1 ? 1 : 0;
  return bits === 32 ? value : value & (2 ** bits - 1);
}

function valueOf({ name, signed, bits }: Datatype, code: number): number {
  if (name === 'BIPOLAR') return code === 1 ? 1 : -1;
  return signed ? (code << (32 - bits)) >> (32 - bits) : code;
}

function rowsOf(shape: readonly number[]): { readonly rows: number; readonly columns: number } {
  return { rows: elementCount(shape.slice(0, -1)), columns: lastExtent(shape) };
}

function rowBytes(columns: number, bits: number): number {
  return Math.ceil((columns * bits) / 8);
}

// Byte by byte, because a value of up to 32 bits can straddle five bytes and JavaScript shifts modulo 32.
function writeBits(bytes: Uint8Array, position: number, bits: number, code: number): void {
  for (let done = 0; done < bits;) {
    const offset = (position + done) & 7;
    const index = (position + done - offset) / 8;
    bytes[index] = valueAt(bytes, index) | ((code >>> done) << offset);
    done += 8 - offset;
  }
}

function readBits(bytes: Uint8Array, position: number, bits: number): number {
  let code = 0;
  for (let done = 0; done < bits;) {
    const offset = (position + done) & 7;
    const taken = Math.min(8 - offset, bits - done);
    const part = (valueAt(bytes, (position + done - offset) / 8) >>> offset) & ((1 << taken) - 1);
    code |= part << done;
    done += taken;
  }
  return code;
}
