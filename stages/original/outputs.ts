import type { Comparison } from '../../finn/original/compare.ts';
import { datatype } from '../../finn/datatype.ts';
import type { OnnxTensor } from '../../onnx/model.ts';
import { compareImage, exact, floatTolerance } from '../shared/compare.ts';
import type { Host } from '../shared/host.ts';

/** How near two scores are a tie, relative to the larger. */
const tie = 1e-5;

/**
 * What differs between the outputs that follow from the boards and those of the original network; otherwise the number of
 * classes that differ because their scores are equal but for rounding.
 */
export function differenceOf(
  returned: readonly OnnxTensor[],
  outputs: Host['part']['outputs'],
  { outputs: originals, scores }: Comparison,
): number | string {
  let ties = 0;
  // Names can differ, the order of outputs does not.
  const inOrder = [...originals.entries()];
  for (const [index, output] of outputs.entries()) {
    const [name, wanted] = inOrder[index] ?? [];
    const got = returned[index];
    if (name === undefined || wanted === undefined || got === undefined)
      return `there is no output ${output.name}`;
    const expected = Float64Array.from(wanted.values, Number);
    const tolerance = datatype(output.datatype).integer ? exact : floatTolerance(expected);
    const { first } = compareImage(got.values, expected, tolerance);
    if (first === null) continue;
    const from = scores.get(name);
    if (from === undefined || !isTie(from, first.returned, first.expected))
      return `the output ${output.name} is ${first.returned} instead of ${first.expected}, at element ${first.position}`;
    ties += 1;
  }
  return ties;
}

function isTie({ values }: OnnxTensor, first: number, second: number): boolean {
  const [left, right] = [Number(values[first]), Number(values[second])];
  return Math.abs(left - right) <= tie * Math.max(Math.abs(left), Math.abs(right));
}
