import { defined } from '../../base/defined.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { Refusal } from '../../base/refusal.ts';
import { table } from '../../base/text.ts';
import type { SourcedArray } from '../shared/array-file.ts';
import { refuseFewer, refuseNameless, refuseNoClasses } from './classes-file.ts';
import type { Judge } from './judgement.ts';

/** What classes are compared with. */
export interface ClassFiles {
  readonly expected: SourcedArray | null;
  readonly labels: SourcedArray | null;
  /** Names of the classes, if the user gave them. */
  readonly names: readonly string[];
  readonly images: number;
}

/** Judges a network that returns one class; refuses files that do not hold a class for each image. */
export function classJudge({ expected, labels, names, images }: ClassFiles): Judge {
  const known = {
    expected: expected === null ? null : classesIn(expected, images, names),
    labels: labels === null ? null : classesIn(labels, images, names),
    names,
  };
  return (results) => {
    const predicted = results.map(([output]) => Number(defined(output?.values[0], 'a class is one value')));
    const verdict: Verdict = { ...known, predicted };
    return {
      table: firstImages(verdict),
      totals: totals(verdict),
      problem: mismatch(verdict),
      report: {
        asExpected: verdict.expected === null ? null : agreeing(predicted, verdict.expected),
        right: verdict.labels === null ? null : agreeing(predicted, verdict.labels),
        predicted,
        expected: verdict.expected,
        labels: verdict.labels,
      },
    };
  };
}

/** Classes by image: the results of the cluster and, if known, the expected and the true ones. */
interface Verdict {
  readonly predicted: readonly number[];
  readonly expected: readonly number[] | null;
  readonly labels: readonly number[] | null;
  readonly names: readonly string[];
}

/** The classes of the images. */
export function classesIn(array: SourcedArray, images: number, names: readonly string[]): readonly number[] {
  refuseNoClasses(array);
  refuseFewer(array, 'classes', images);
  const { values, source } = array;
  const classes = Array.from(values.subarray(0, images));
  const bad = classes.findIndex((index) => !Number.isInteger(index));
  if (bad < 0) {
    refuseNameless(classes, names, source);
    return classes;
  }
  throw new Refusal(
    'smoke/wrong-expected',
    `${source.name} holds ${classes[bad]} for image ${bad}, which is not a class`,
    'save the numbers of the classes, not their scores',
    source.at,
  );
}

function firstImages({ predicted, expected, labels, names }: Verdict): readonly string[] {
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

function totals({ predicted, expected, labels }: Verdict): string {
  const all = String(predicted.length);
  const judged = [
    ...(expected === null ? [] : [`${agreeing(predicted, expected)} of ${all} as expected`]),
    ...(labels === null ? [] : [`${agreeing(predicted, labels)} of ${all} right`]),
  ];
  return judged.length === 0 ? `${all} images, none judged` : judged.join(', ');
}

function mismatch({ predicted, expected, names }: Verdict): Diagnostic | null {
  const image = predicted.findIndex((index, at) => expected !== null && index !== expected[at]);
  if (expected === null || image === -1) return null;
  const differing = String(predicted.length - agreeing(predicted, expected));
  return problem(
    'smoke/mismatch',
    `${differing} of ${predicted.length} images differ from what was expected; the first is image ${image}: got ${named(predicted[image], names)}, expected ${named(expected[image], names)}`,
    { hint: 'the packages compute other results than the network did when the expected classes were made' },
  );
}

function agreeing(left: readonly number[], right: readonly number[]): number {
  return left.filter((index, image) => index === right[image]).length;
}

function named(index: number | undefined, names: readonly string[]): string {
  if (index === undefined) return '';
  const name = names[index];
  return name === undefined ? String(index) : `${index} ${name}`;
}
