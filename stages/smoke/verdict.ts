import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { table } from '../../base/text.ts';

/** Classes by image: the results of the cluster and, if known, the expected and the true ones. */
export interface Verdict {
  readonly predicted: readonly number[];
  readonly expected: readonly number[] | null;
  readonly labels: readonly number[] | null;
  /** Names of the classes, if the user gave them. */
  readonly names: readonly string[];
}

/** The first ten images as lines of a table. */
export function firstImages({ predicted, expected, labels, names }: Verdict): readonly string[] {
  const columns = [
    { title: 'predicted', classes: predicted },
    { title: 'expected', classes: expected },
    { title: 'true', classes: labels },
  ].flatMap(({ title, classes }) => (classes === null ? [] : [{ title, classes }]));
  const rows = predicted
    .slice(0, 10)
    .map((_, image) => [String(image), ...columns.map(({ classes }) => named(classes[image], names))]);
  return table([['image', ...columns.map(({ title }) => title)], ...rows]);
}

/** One line: the number of images that are as expected, and the number that are right. */
export function totals({ predicted, expected, labels }: Verdict): string {
  const all = String(predicted.length);
  const judged = [
    ...(expected === null ? [] : [`${agreeing(predicted, expected)} of ${all} as expected`]),
    ...(labels === null ? [] : [`${agreeing(predicted, labels)} of ${all} right`]),
  ];
  return judged.length === 0 ? `${all} images, none judged` : judged.join(', ');
}

/** The diagnostic if an image is not as expected; null if all are. */
export function mismatch({ predicted, expected, names }: Verdict): Diagnostic | null {
  const image = predicted.findIndex((index, at) => expected !== null && index !== expected[at]);
  if (expected === null || image === -1) return null;
  const differing = String(predicted.length - agreeing(predicted, expected));
  return problem(
    'smoke/mismatch',
    `${differing} of ${predicted.length} images differ from what was expected; the first is image ${image}: got ${named(predicted[image], names)}, expected ${named(expected[image], names)}`,
    { hint: 'the packages compute other results than the network did when the expected classes were made' },
  );
}

/** The number of images on which two lists of classes agree. */
export function agreeing(left: readonly number[], right: readonly number[]): number {
  return left.filter((index, image) => index === right[image]).length;
}

function named(index: number | undefined, names: readonly string[]): string {
  if (index === undefined) return '';
  const name = names[index];
  return name === undefined ? String(index) : `${index} ${name}`;
}
