import { elementCount } from '../../base/shape.ts';
import { Refusal } from '../../base/refusal.ts';
import type { SourcedArray } from '../shared/array-file.ts';

type Shaped = Pick<SourcedArray, 'shape' | 'source'>;

/** Refuses an array that does not hold one class for each image. TopK gives a class as an array of one, so (count, 1) does. */
export function refuseNoClasses({ shape, source }: Shaped): void {
  if (shape.length > 0 && elementCount(shape.slice(1)) === 1) return;
  throw new Refusal(
    'smoke/wrong-expected',
    `the network returns one class for an image, but ${source.name} holds [${shape.join(', ')}]`,
    'save the class of each image, as (count) or (count, 1)',
    source.at,
  );
}

/** Refuses an array of `what` with fewer elements along its first axis than there are images. */
export function refuseFewer({ shape, source }: Shaped, what: string, images: number): void {
  const [count = 0] = shape;
  if (count >= images) return;
  throw new Refusal(
    'smoke/too-few-expected',
    `${source.name} holds [${shape.join(', ')}], which are fewer ${what} than the ${images} images`,
    'save one for each image, or lower count',
    source.at,
  );
}

/** Refuses names of classes, if there are any, of which an expected or a true class has none. */
export function refuseNameless(
  classes: readonly number[],
  names: readonly string[],
  { name }: SourcedArray['source'],
): void {
  const last = classes.reduce((all, index) => Math.max(all, index), -1);
  if (names.length === 0 || last < names.length) return;
  throw new Refusal(
    'smoke/too-few-names',
    `classes has ${names.length} names, but ${name} holds class ${last}`,
    `list all names in the order of the classes, at least ${last + 1}`,
    ['classes'],
  );
}
