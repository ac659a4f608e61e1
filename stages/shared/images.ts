import { defined } from '../../base/defined.ts';
import { Refusal } from '../../base/refusal.ts';
import { elementCount, indexAt } from '../../base/shape.ts';
import type { WorkJob } from '../../core/contracts/types.ts';
import type { Datatype } from '../../finn/datatype.ts';
import { allows, datatype } from '../../finn/datatype.ts';
import type { NumberArray } from '../../finn/tensor.ts';
import { valueAt } from '../../finn/tensor.ts';
import type { OnnxTensor } from '../../onnx/model.ts';
import type { SourcedArray } from './array-file.ts';
import { readArrayFile } from './array-file.ts';
import type { Host } from './host.ts';
import { adviceOnStack, countOfStack } from './stack.ts';

type Input = Host['part']['input'];

/** The first `count` images (all by default) of `in/inputs/images.npy`, as the network takes them. */
export async function readImages(
  job: Pick<WorkJob, 'inDir' | 'fileNames'>,
  input: Input,
  count: number | undefined,
): Promise<readonly OnnxTensor[]> {
  const array = await readArrayFile(job, 'inputs', 'images.npy');
  return imagesOf(defined(array, 'inputs is required'), input, count);
}

/** The first `count` images (all by default) of an array; refuses as `countImages` and `imageAt` do. */
export function imagesOf(
  array: SourcedArray,
  input: Input,
  count: number | undefined,
): readonly OnnxTensor[] {
  const available = countImages(array, input);
  return Array.from({ length: Math.min(count ?? available, available) }, (_, image) =>
    imageAt(array, input, image),
  );
}

/** The number of images in an array; refuses one of another shape than the network takes. */
export function countImages(
  { shape, source }: Pick<SourcedArray, 'shape' | 'source'>,
  input: Pick<Input, 'shape'>,
): number {
  const count = countOfStack(shape, input.shape);
  if (count === null)
    throw new Refusal(
      'images/wrong-shape',
      `the network takes images of shape [${input.shape.join(', ')}], but ${source.name} holds [${shape.join(', ')}]`,
      adviceOnStack(shape, input.shape, 'images'),
      source.at,
    );
  refuseNoImages({ shape, source });
  return count;
}

/** Refuses an array without elements along its first axis. */
export function refuseNoImages({ shape, source }: Pick<SourcedArray, 'shape' | 'source'>): void {
  if (shape[0] !== undefined && shape[0] > 0) return;
  throw new Refusal('images/none', `${source.name} holds no images`, undefined, source.at);
}

/** One image of an array, as the network takes it; refuses a value that is not of the network's datatype. */
export function imageAt(array: SourcedArray, input: Input, image: number): OnnxTensor {
  const type = datatype(input.datatype);
  const size = elementCount(input.shape);
  const own = array.values.subarray(image * size, (image + 1) * size);
  const bad = own.findIndex((value) => !isTaken(type, value));
  if (bad >= 0) throw wrongValue(array, input, type, image, bad);
  return imageTensor(own, input.shape, type);
}

/** Integers stay integers, since float32 holds them exactly up to 2^24 only. */
function imageTensor(values: NumberArray, shape: readonly number[], { integer }: Datatype): OnnxTensor {
  return integer
    ? { elementType: 'int32', shape, values: Int32Array.from(values) }
    : { elementType: 'float32', shape, values: Float32Array.from(values) };
}

function isTaken(type: Datatype, value: number): boolean {
  return type.integer ? allows(type, value) : Number.isFinite(value);
}

function wrongValue(
  { values, source }: SourcedArray,
  input: Input,
  type: Datatype,
  image: number,
  position: number,
): Refusal {
  const value = valueAt(values, image * elementCount(input.shape) + position);
  const place = `image ${image} holds ${value} at [${indexAt(position, input.shape).join(', ')}]`;
  return new Refusal(
    'images/wrong-value',
    `${source.name}: ${place}, but the network takes ${legalValues(type)}`,
    Number.isInteger(value) || !type.integer ? undefined : adviceOnFractions(values, type),
    source.at,
  );
}

function legalValues({ name, integer, minimum, maximum }: Datatype): string {
  if (!integer) return 'finite numbers';
  if (name === 'BIPOLAR') return '-1 and 1 (BIPOLAR)';
  return `integers from ${minimum} to ${maximum} (${name})`;
}

/** Training scripts divide the bytes of an image by 255; the network has that division inside, or its first quantiser has. */
function adviceOnFractions(values: NumberArray, { minimum, maximum }: Datatype): string {
  const isScaled = values.every((value) => value >= 0 && value <= 1);
  return isScaled && minimum === 0 && maximum === 255
    ? 'the values are from 0 to 1: save the bytes of the images, from 0 to 255, without dividing them'
    : 'save the integers that the first quantiser takes, not scaled values';
}
