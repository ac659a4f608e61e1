import { Refusal } from '../base/refusal.ts';
import type { IntegerTensor } from './tensor.ts';
import { elementCount } from '../base/shape.ts';

/**
 * The array in a .npy file (numpy's format 1 to 3; uint8, int8, int32, int64 or float32, little-endian, C order), as
 * 32-bit integers. Refuses other files, and values that do not fit exactly in 32 bits.
 */
export function readNpy(bytes: Uint8Array): IntegerTensor {
  const { descriptor, fortran, shape, offset } = readHeader(bytes);
  const type = Object.hasOwn(types, descriptor) ? types[descriptor] : undefined;
  if (!type)
    throw new Refusal(
      'npy/unsupported-type',
      `the .npy file holds numpy type ${descriptor}`,
      'save it as uint8, int8, int32, int64 or float32',
    );
  if (fortran)
    throw new Refusal(
      'npy/unsupported-order',
      'the .npy file is in Fortran order',
      'save np.ascontiguousarray(…)',
    );
  const count = elementCount(shape);
  if (bytes.length - offset !== count * type.size)
    throw new Refusal(
      'npy/wrong-size',
      `the .npy file announces [${shape.join(', ')}] of ${type.size} bytes but holds ${bytes.length - offset} bytes`,
      'the file was cut short or damaged; copy it again',
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, bytes.length - offset);
  const data = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const value = type.read(view, index * type.size);
    if (value !== (value | 0))
      throw new Refusal('npy/not-integer', `the .npy file holds ${value}, which is not a 32-bit integer`);
    data[index] = value;
  }
  return { shape, data };
}

interface ElementType {
  readonly size: number;
  readonly read: (view: DataView, offset: number) => number;
}

const types: { readonly [descriptor: string]: ElementType } = {
  '|u1': { size: 1, read: (view, offset) => view.getUint8(offset) },
  '|i1': { size: 1, read: (view, offset) => view.getInt8(offset) },
  '<i4': { size: 4, read: (view, offset) => view.getInt32(offset, true) },
  '<i8': { size: 8, read: (view, offset) => Number(view.getBigInt64(offset, true)) },
  '<f4': { size: 4, read: (view, offset) => view.getFloat32(offset, true) },
};

interface Header {
  readonly descriptor: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** `\x93NUMPY`, two version bytes, the header's length, then a Python dictionary as text. */
function readHeader(bytes: Uint8Array): Header {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((byte, index) => bytes[index] !== byte))
    throw new Refusal('npy/corrupt', 'the file is not a .npy file', 'save the array with numpy.save');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const short = bytes[6] === 1;
  const start = short ? 10 : 12;
  const offset = start + (short ? view.getUint16(8, true) : view.getUint32(8, true));
  const text = new TextDecoder('latin1').decode(bytes.subarray(start, offset));
  const field = (pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (offset <= bytes.length && found !== undefined) return found;
    throw new Refusal('npy/corrupt', 'the header of the .npy file is damaged', 'copy the file again');
  };
  const sizes = field(/'shape': *\(([0-9, ]*)\)/)
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '');
  return {
    descriptor: field(/'descr': *'([^']*)'/),
    fortran: field(/'fortran_order': *(True|False)/) === 'True',
    shape: sizes.map(Number),
    offset,
  };
}
