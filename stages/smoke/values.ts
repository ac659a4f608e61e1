import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { defined } from '../../base/defined.ts';
import { Refusal } from '../../base/refusal.ts';
import { elementCount, indexAt } from '../../base/shape.ts';
import { counted, table } from '../../base/text.ts';
import { datatype } from '../../finn/datatype.ts';
import type { NumberArray } from '../../finn/tensor.ts';
import type { OnnxTensor } from '../../onnx/model.ts';
import type { SourcedArray } from '../shared/array-file.ts';
import { beginning, shortNumber } from '../shared/short-values.ts';
import { adviceOnStack, countOfStack } from '../shared/stack.ts';
import type { Comparison, Tolerance } from '../shared/compare.ts';
import { compareImage, exact, floatTolerance } from '../shared/compare.ts';
import { refuseFewer } from './classes-file.ts';
import type { Judge, Outputs } from './judgement.ts';
import { returned } from './judgement.ts';

/** What values are compared with. */
export interface ValueFiles {
  readonly expected: SourcedArray | null;
  readonly outputs: Outputs;
  readonly images: number;
}

/**
 * Judges a network that returns values. Integers must be equal; floats may differ by 1e-4 of the value plus 1e-4 of the largest
 * magnitude that is expected, because the host adds in another order than the software that trained the network.
 */
export function valueJudge({ expected, outputs, images }: ValueFiles): Judge {
  const wanted = expected === null ? null : valuesIn(expected, outputs, images);
  return (results) => {
    const comparisons = wanted === null ? null : compareAll(results, wanted);
    return {
      table: firstImages(results, outputs, comparisons),
      totals: totals(results.length, wanted, comparisons),
      problem: mismatch(wanted, comparisons),
      report: {
        outputs: outputs.map(({ name, shape, datatype: type }) => ({ name, shape, datatype: type })),
        ...(wanted === null || comparisons === null ? { asExpected: null } : reportOn(wanted, comparisons)),
      },
    };
  };
}

interface Wanted {
  readonly images: readonly NumberArray[];
  readonly shape: readonly number[];
  readonly tolerance: Tolerance;
}

function valuesIn({ shape, values, source }: SourcedArray, outputs: Outputs, images: number): Wanted {
  const [output] = outputs;
  if (output === undefined || outputs.length > 1)
    throw new Refusal(
      'smoke/several-outputs',
      `${source.name} holds one array, but the network returns ${outputs.length}: ${returned(outputs)}`,
      'leave out expected, or export the network with one output',
      source.at,
    );
  const count = countOfStack(shape, output.shape);
  if (count === null)
    throw new Refusal(
      'smoke/wrong-expected',
      `the network returns ${returned(outputs)} for an image, but ${source.name} holds [${shape.join(', ')}]`,
      adviceOnStack(shape, output.shape, 'expected'),
      source.at,
    );
  refuseFewer({ shape, source }, 'outputs', images);
  const size = elementCount(output.shape);
  const used = values.subarray(0, images * size);
  return {
    images: Array.from({ length: images }, (_, image) => used.subarray(image * size, (image + 1) * size)),
    shape: output.shape,
    tolerance: datatype(output.datatype).integer ? exact : floatTolerance(used),
  };
}

function compareAll(
  results: readonly (readonly OnnxTensor[])[],
  { images, tolerance }: Wanted,
): readonly Comparison[] {
  return results.map(([output], image) =>
    compareImage(
      defined(output, 'the host part has one output').values,
      defined(images[image], 'there is an expected output for each image'),
      tolerance,
    ),
  );
}

function firstImages(
  results: readonly (readonly OnnxTensor[])[],
  outputs: Outputs,
  comparisons: readonly Comparison[] | null,
): readonly string[] {
  const title = outputs.length === 1 ? ['returned'] : outputs.map(({ name }) => name);
  const rows = results
    .slice(0, 10)
    .map((tensors, image) => [
      String(image),
      ...tensors.map(beginning),
      ...(comparisons === null ? [] : [shortNumber(comparisons[image]?.largest ?? 0)]),
    ]);
  const header = ['image', ...title, ...(comparisons === null ? [] : ['largest difference'])];
  return table([header, ...rows]);
}

function totals(images: number, wanted: Wanted | null, comparisons: readonly Comparison[] | null): string {
  if (wanted === null || comparisons === null) return `${counted(images, 'image')}, none judged`;
  const within =
    wanted.tolerance === exact ? '' : `, largest difference ${shortNumber(largestOf(comparisons))}`;
  return `${agreeing(comparisons)} of ${images} as expected${within}`;
}

function mismatch(wanted: Wanted | null, comparisons: readonly Comparison[] | null): Diagnostic | null {
  const image = comparisons?.findIndex(({ first }) => first !== null) ?? -1;
  const first = comparisons?.[image]?.first ?? null;
  if (wanted === null || comparisons === null || first === null) return null;
  const differing = comparisons.length - agreeing(comparisons);
  const place = `image ${image} at [${indexAt(first.position, wanted.shape).join(', ')}]`;
  return problem(
    'smoke/mismatch',
    `${differing} of ${comparisons.length} images differ from what was expected, by at most ${shortNumber(largestOf(comparisons))}; the first is ${place}: got ${shortNumber(first.returned)}, expected ${shortNumber(first.expected)}`,
    { hint: 'the packages compute other results than the network did when the expected values were made' },
  );
}

function reportOn({ tolerance, shape }: Wanted, comparisons: readonly Comparison[]) {
  const image = comparisons.findIndex(({ first }) => first !== null);
  const first = comparisons[image]?.first ?? null;
  return {
    asExpected: agreeing(comparisons),
    tolerance: { ...tolerance },
    largestDifference: largestOf(comparisons),
    firstDifferent: first === null ? null : { image, index: indexAt(first.position, shape) },
  };
}

function agreeing(comparisons: readonly Comparison[]): number {
  return comparisons.filter(({ first }) => first === null).length;
}

function largestOf(comparisons: readonly Comparison[]): number {
  return comparisons.reduce((all, { largest }) => Math.max(all, largest), 0);
}
