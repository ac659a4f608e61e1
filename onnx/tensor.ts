import { onnx } from 'onnx-proto';
import type { ElementType, OnnxTensor, TensorValues } from './model.ts';
import { Refusal } from '../base/refusal.ts';
import { elementCount } from '../base/shape.ts';
import type { FilesBeside } from './external.ts';
import { externalBytes } from './external.ts';
import { fromBfloat16, fromFloat16 } from './half.ts';

/** ONNX's number of an element type. */
export function elementTypeNumber(type: ElementType): number {
  return elementTypes[type].number;
}

/**
 * The element type of ONNX's number; refuses unsupported ones with `onnx/unsupported-type`. Floats of 16 bits are
 * read as float32, which has all their values.
 */
export function elementTypeOf(number: number, where: string): ElementType {
  return storedAs(number, where).elementType;
}

/**
 * Values of a TensorProto, from its raw bytes, its typed list or a file beside the model; refuses a size that does not match
 * its shape.
 */
export function readTensor(proto: onnx.ITensorProto, where: string, beside: FilesBeside): OnnxTensor {
  const { elementType, bytes, list, fill, decode } = storedAs(proto.dataType ?? 0, where);
  const shape = (proto.dims ?? []).map((size) => wholeNumber(size, `a dimension of ${where}`));
  if (shape.some((size) => size < 0)) throw wrongSize(where, shape, 0, 'elements');
  const count = elementCount(shape);
  const isExternal =
    proto.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL || (proto.externalData ?? []).length > 0;
  const raw = isExternal ? externalBytes(proto, where, beside) : (proto.rawData ?? new Uint8Array());
  if (raw.length === 0) {
    const values = list(proto);
    if (values.length !== count) throw wrongSize(where, shape, values.length, 'elements');
    return { elementType, shape, values: fill(values) };
  }
  if (raw.length !== count * bytes) throw wrongSize(where, shape, raw.length, 'bytes');
  return {
    elementType,
    shape,
    // A copy, since the bytes in the file need not be aligned; made on request, so that a large model is not in memory twice.
    get values() {
      return decode(Uint8Array.from(raw).buffer);
    },
  };
}

/** A TensorProto without its values. */
export function tensorHeader(name: string, { shape, elementType }: OnnxTensor): onnx.ITensorProto {
  return { name, dims: [...shape], dataType: elementTypeNumber(elementType) };
}

/** The values of a tensor as the raw bytes of a TensorProto, little-endian; not a copy. */
export function rawBytes({ values }: OnnxTensor): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** An int64 of the decoder as a number; refuses one that a double cannot represent exactly with `onnx/number-too-big`. */
export function wholeNumber(value: Whole, where: string): number {
  const number = typeof value === 'number' ? value : Number(value.toString());
  if (!Number.isSafeInteger(number))
    throw new Refusal('onnx/number-too-big', `${where} is ${value.toString()}, more than 2^53`);
  return number;
}

/** The decoder returns a Long, or a number if that class is not installed. */
type Whole = number | { readonly toString: () => string };

/** How a file holds the values of a type. */
interface Stored {
  readonly elementType: ElementType;
  /** Per element of the raw bytes. */
  readonly bytes: number;
  readonly list: (proto: onnx.ITensorProto) => readonly Whole[];
  readonly fill: (list: readonly Whole[]) => TensorValues;
  readonly decode: (raw: ArrayBuffer) => TensorValues;
}

function storedAs(number: number, where: string): Stored {
  const half = halves.get(number);
  if (half)
    return {
      elementType: 'float32',
      bytes: 2,
      list: int32List,
      fill: (list) => Float32Array.from(numbers(list), half),
      decode: (raw) => Float32Array.from(new Uint16Array(raw), half),
    };
  for (const elementType of Object.keys(elementTypes) as ElementType[]) {
    const { array, list, fill } = elementTypes[elementType];
    if (elementTypes[elementType].number === number)
      return { elementType, bytes: array.BYTES_PER_ELEMENT, list, fill, decode: (raw) => new array(raw) };
  }
  throw new Refusal(
    'onnx/unsupported-type',
    `${where} has element type ${typeNames[number] ?? number}, which is not supported`,
    `supported: float16, bfloat16, ${Object.keys(elementTypes).join(', ')}`,
  );
}

interface ElementTypeEntry {
  readonly number: number;
  readonly array: { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): TensorValues };
  readonly list: Stored['list'];
  readonly fill: Stored['fill'];
}

/** ONNX's floats of 16 bits by their numbers, with the function from their bits. */
const halves: ReadonlyMap<number, (bits: number) => number> = new Map([
  [10, fromFloat16],
  [16, fromBfloat16],
]);

const int32List = (proto: onnx.ITensorProto): readonly Whole[] => proto.int32Data ?? [];
const numbers = (list: readonly Whole[]): number[] => list.map(Number);
const bigs = (list: readonly Whole[]): bigint[] => list.map((value) => BigInt(value.toString()));

/** ONNX's numbers, and the list that each type uses when its values are not raw. */
const elementTypes: { readonly [type in ElementType]: ElementTypeEntry } = {
  float32: {
    number: 1,
    array: Float32Array,
    list: (proto) => proto.floatData ?? [],
    fill: (list) => Float32Array.from(numbers(list)),
  },
  float64: {
    number: 11,
    array: Float64Array,
    list: (proto) => proto.doubleData ?? [],
    fill: (list) => Float64Array.from(numbers(list)),
  },
  int8: { number: 3, array: Int8Array, list: int32List, fill: (list) => Int8Array.from(numbers(list)) },
  uint8: { number: 2, array: Uint8Array, list: int32List, fill: (list) => Uint8Array.from(numbers(list)) },
  int16: { number: 5, array: Int16Array, list: int32List, fill: (list) => Int16Array.from(numbers(list)) },
  uint16: { number: 4, array: Uint16Array, list: int32List, fill: (list) => Uint16Array.from(numbers(list)) },
  int32: { number: 6, array: Int32Array, list: int32List, fill: (list) => Int32Array.from(numbers(list)) },
  uint32: {
    number: 12,
    array: Uint32Array,
    list: (proto) => proto.uint64Data ?? [],
    fill: (list) => Uint32Array.from(numbers(list)),
  },
  int64: {
    number: 7,
    array: BigInt64Array,
    list: (proto) => proto.int64Data ?? [],
    fill: (list) => BigInt64Array.from(bigs(list)),
  },
  uint64: {
    number: 13,
    array: BigUint64Array,
    list: (proto) => proto.uint64Data ?? [],
    fill: (list) => BigUint64Array.from(bigs(list)),
  },
  bool: { number: 9, array: Uint8Array, list: int32List, fill: (list) => Uint8Array.from(numbers(list)) },
};

const typeNames: { readonly [number: number]: string } = {
  0: 'undefined',
  8: 'string',
  14: 'complex64',
  15: 'complex128',
  17: 'float8e4m3fn',
  21: 'uint4',
  22: 'int4',
};

function wrongSize(where: string, shape: readonly number[], size: number, unit: string): Refusal {
  return new Refusal(
    'onnx/tensor-size',
    `${where} has shape [${shape.join(', ')}] but ${size} ${unit} of values`,
    'the file is damaged; export or copy it again',
  );
}
