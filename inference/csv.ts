import { elementCount, indexAt } from '../base/shape.ts';
import type { Result } from './infer.ts';
import type { View } from './view.ts';

/** The results as CSV (RFC 4180, but with line feeds) with a header; every value of every output has a column. */
export function csvOf(results: readonly Result[], view: View, emulated: boolean): string {
  const rows = results.map(({ image, tensors }) => [
    image,
    String(emulated),
    ...(view.type === 'classes'
      ? view
          .rankedOf(tensors)
          .flatMap(({ class: index, name, score }) => [
            String(index),
            ...(view.hasNames ? [name ?? ''] : []),
            ...(view.hasScores ? [String(score)] : []),
          ])
      : tensors.flatMap(({ values }) =>
          Array.from({ length: values.length }, (_, at) => String(values[at])),
        )),
  ]);
  return [['image', 'emulated', ...titles(view)], ...rows]
    .map((row) => `${row.map(quoted).join(',')}\n`)
    .join('');
}

function titles(view: View): readonly string[] {
  if (view.type === 'values')
    return view.outputs.flatMap(({ name, shape }) =>
      Array.from(
        { length: elementCount(shape) },
        (_, position) => `${name}[${indexAt(position, shape).join(' ')}]`,
      ),
    );
  return Array.from({ length: view.top }, (_, place) => (view.top === 1 ? '' : String(place + 1))).flatMap(
    (place) => [
      `class${place}`,
      ...(view.hasNames ? [`name${place}`] : []),
      ...(view.hasScores ? [`score${place}`] : []),
    ],
  );
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
