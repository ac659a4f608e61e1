import { shownPath } from '../base/shown-path.ts';
import { table } from '../base/text.ts';
import { beginning, shortNumber } from '../stages/shared/short-values.ts';
import type { Result } from './infer.ts';
import type { View } from './view.ts';

/** The results as lines of a table for people; of values only the first. */
export function tableOf(results: readonly Result[], view: View): readonly string[] {
  const rows = results.map(({ image, tensors }) => [
    shownPath(image),
    ...(view.type === 'classes'
      ? view
          .rankedOf(tensors)
          .map(({ class: index, name, score }) =>
            [
              String(index),
              ...(name === null ? [] : [name]),
              ...(score === null ? [] : [`(${shortNumber(score)})`]),
            ].join(' '),
          )
      : tensors.map(beginning)),
  ]);
  return table([['image', ...titles(view)], ...rows]);
}

function titles(view: View): readonly string[] {
  if (view.type === 'values') return view.outputs.map(({ name }) => shownPath(name));
  if (view.top === 1) return ['class'];
  return Array.from({ length: view.top }, (_, place) => `${place + 1}.`);
}
