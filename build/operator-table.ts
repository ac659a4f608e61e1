import { quantisers, standard } from '../finn/lower/import/table.ts';
import { operatorNames } from '../qonnx/operators/index.ts';

/** The part of docs/models.md that says what becomes of each operator, as Markdown before it is formatted. */
export function operatorTable(): string {
  const rows = Object.entries({ ...standard, ...quantisers })
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { when, becomes, finn, example }]) => [`\`${name}\``, when, becomes, finn, example]);
  const lines = [
    ['operator', 'when', 'embedded', 'FINN', 'example in test/golden/'],
    ['-', '-', '-', '-', '-'],
    ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const known = new Set(Object.keys({ ...standard, ...quantisers }));
  const others = operatorNames.filter((name) => !known.has(name)).map((name) => `\`${name}\``);
  return [
    ...lines,
    '',
    `On the host, behind the last layer or in front of the first quantiser, also: ${others.join(', ')}.`,
  ].join('\n');
}
