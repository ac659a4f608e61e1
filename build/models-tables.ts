import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../base/refusal.ts';
import { quantisers, standard } from '../finn/lower/import/table.ts';
import { lower } from '../finn/lower/lower.ts';
import { readModel } from '../onnx/read.ts';
import { operatorNames } from '../qonnx/operators/index.ts';
import { tidy } from '../qonnx/tidy/index.ts';

/** The tables of docs/models.md by name, as Markdown before it is formatted. */
export function modelsTables(): { readonly [name: string]: string } {
  return { operators: operatorTable(), idioms: idiomTable() };
}

/** What becomes of each operator. */
function operatorTable(): string {
  const rows = Object.entries({ ...standard, ...quantisers })
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { when, becomes, finn, example }]) => [`\`${name}\``, when, becomes, finn, example]);
  const known = new Set(Object.keys({ ...standard, ...quantisers }));
  const others = operatorNames.filter((name) => !known.has(name)).map((name) => `\`${name}\``);
  return [
    table(['operator', 'when', 'embedded', 'FINN', 'example in test/golden/'], rows),
    '',
    `On the host, behind the last layer or in front of the first quantiser, also: ${others.join(', ')}.`,
  ].join('\n');
}

/** What becomes of what people write in Brevitas, by its exports. */
function idiomTable(): string {
  const file = readFileSync(join(exports, 'idioms.json'), 'utf8');
  const idioms = JSON.parse(file) as readonly { readonly name: string; readonly words: string }[];
  return table(
    ['in Brevitas', 'what becomes of it'],
    idioms.map(({ name, words }) => [words, verdictOn(name)]),
  );
}

const exports = 'test/golden/brevitas';

function verdictOn(name: string): string {
  const read = (file: string): Uint8Array => readFileSync(join(exports, file));
  try {
    lower(tidy(readModel(read(`${name}.onnx`), read)).model, 'xc7z020clg484-1', null);
    return 'runs';
  } catch (error) {
    if (error instanceof Refusal) return `refused: ${error.hint}`;
    throw error;
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, head.map(() => '-'), ...rows];
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
}
