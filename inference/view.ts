import { Refusal } from '../base/refusal.ts';
import { elementCount } from '../base/shape.ts';
import type { OnnxTensor } from '../onnx/model.ts';
import type { Outputs } from './infer.ts';

/** A class of an image. */
export interface Ranked {
  readonly class: number;
  /** Null if the class has no name. */
  readonly name: string | null;
  /** Null if the network returns no scores. */
  readonly score: number | null;
}

/** What is shown of the results: classes, the most probable first, or the values themselves. */
export type View =
  | {
      readonly type: 'classes';
      readonly top: number;
      readonly hasScores: boolean;
      readonly hasNames: boolean;
      readonly rankedOf: (tensors: readonly OnnxTensor[]) => readonly Ranked[];
    }
  | { readonly type: 'values'; readonly outputs: Outputs };

/**
 * Classes if the network returns one, or if it returns a vector and either there is a name for each element, or the user asks for the
 * `top` classes; else values. Refuses `top` where there are fewer scores.
 */
export function viewOf(outputs: Outputs, names: readonly string[], top: number | null): View {
  const [output] = outputs;
  const nameOf = (index: number): string | null => names[index] ?? null;
  const hasNames = names.length > 0;
  if (outputs.length === 1 && output?.meaning === 'class') {
    if (top !== null && top > 1)
      throw new Refusal(
        'usage/no-scores',
        'the network returns one class for an image, without scores',
        'leave out --top, or end the network without its ArgMax or TopK',
      );
    return { type: 'classes', top: 1, hasScores: false, hasNames, rankedOf: onlyClass(nameOf) };
  }
  const scores = outputs.length === 1 && output !== undefined ? elementCount(output.shape) : 0;
  const isVector = scores > 1 && output?.shape.some((extent) => extent === scores) === true;
  if (top !== null && (!isVector || top > scores))
    throw new Refusal(
      'usage/no-scores',
      isVector
        ? `the network returns ${scores} scores, fewer than ${top}`
        : `the network returns ${outputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')}, which is not one vector of scores`,
      isVector ? undefined : 'leave out --top',
    );
  if (isVector && (top !== null || names.length === scores))
    return { type: 'classes', top: top ?? 1, hasScores: true, hasNames, rankedOf: best(top ?? 1, nameOf) };
  return { type: 'values', outputs };
}

type NameOf = (index: number) => string | null;

function onlyClass(nameOf: NameOf): (tensors: readonly OnnxTensor[]) => readonly Ranked[] {
  return ([tensor]) => {
    const index = Number(tensor?.values[0]);
    return [{ class: index, name: nameOf(index), score: null }];
  };
}

/** Of equal scores the first, as numpy's argmax; what is not a number comes last. */
function best(top: number, nameOf: NameOf): (tensors: readonly OnnxTensor[]) => readonly Ranked[] {
  const rank = (score: number): number => (Number.isNaN(score) ? -Infinity : score);
  return ([tensor]) =>
    [...Float64Array.from(tensor?.values ?? [], Number)]
      .map((score, index) => ({ class: index, name: nameOf(index), score }))
      .sort((left, right) =>
        rank(left.score) < rank(right.score) ? 1 : rank(left.score) > rank(right.score) ? -1 : 0,
      )
      .slice(0, top);
}
