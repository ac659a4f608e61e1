import { attempt } from '../../base/refusal.ts';
import type { Result } from '../../base/result.ts';
import { elementCount } from '../../base/shape.ts';
import { datatype } from '../../finn/datatype.ts';
import type { HostTensor } from '../../finn/host/host-part.ts';
import { readNpy, writeNpy } from '../../finn/npy.ts';
import type { NumberArray } from '../../finn/tensor.ts';
import { countImages, imageAt } from '../shared/images.ts';

/** The number of images in a .npy file, called `name` in messages; refuses, as `verify` does, what the network does not take. */
export function checkImages(bytes: Uint8Array, name: string, input: HostTensor): Result<number> {
  return attempt(() => {
    const array = { ...readNpy(bytes, { name }), source: { name } };
    const count = countImages(array, input);
    for (let image = 0; image < count; image++) imageAt(array, input, image);
    return count;
  });
}

/** A .npy file of random images that the network takes, the same ones every time. */
export function sampleImages(input: HostTensor, count: number): Buffer {
  const type = datatype(input.datatype);
  const shape = [count, ...withoutBatch(input.shape)];
  const values = emptyFor(input.datatype, elementCount(shape));
  const random = seeded(1);
  const span = type.maximum - type.minimum + 1;
  for (let index = 0; index < values.length; index++)
    if (!type.integer) values[index] = 2 * random() - 1;
    else if (type.name === 'BIPOLAR') values[index] = random() < 0.5 ? -1 : 1;
    else values[index] = type.minimum + Math.floor(random() * span);

  return writeNpy(shape, values);
}

/** What numpy calls the type in which to save images of a datatype. */
export function numpyType(name: string): string {
  return typeFor(name)[0];
}

function emptyFor(name: string, length: number): NumberArray {
  const [, Type] = typeFor(name);
  return new Type(length);
}

function typeFor(name: string) {
  const { integer, minimum, maximum } = datatype(name);
  if (!integer) return ['float32', Float32Array] as const;
  return (
    integerTypes.find(([, , least, most]) => least <= minimum && maximum <= most) ??
    (['float64', Float64Array] as const)
  );
}

const integerTypes = [
  ['uint8', Uint8Array, 0, 255],
  ['int8', Int8Array, -128, 127],
  ['uint16', Uint16Array, 0, 65_535],
  ['int16', Int16Array, -32_768, 32_767],
  ['int32', Int32Array, -(2 ** 31), 2 ** 31 - 1],
] as const;

function withoutBatch(shape: readonly number[]): readonly number[] {
  return shape.length > 1 && shape[0] === 1 ? shape.slice(1) : shape;
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
