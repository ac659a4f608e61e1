import { extname } from 'node:path';
import { csvOf } from '../inference/csv.ts';
import type { Result } from '../inference/infer.ts';
import { jsonOf } from '../inference/json.ts';
import { npyOf } from '../inference/npy.ts';
import { tableOf } from '../inference/table.ts';
import type { View } from '../inference/view.ts';
import { jsonLine } from '../reporters/json.ts';

export type Format = 'table' | 'csv' | 'json' | 'npy';

/** The format that the user asked for; else that of the suffix of the file; else a table on a terminal, and CSV elsewhere. */
export function formatOf(
  { format, json, output }: { readonly format?: Format; readonly json?: boolean; readonly output?: string },
  isTerminal: boolean,
): Format {
  if (format !== undefined) return format;
  if (output === undefined) return json === true ? 'json' : isTerminal ? 'table' : 'csv';
  const suffix = extname(output).slice(1).toLowerCase();
  return Object.hasOwn(writers, suffix) ? (suffix as Format) : 'csv';
}

/** The results, at least one, in a format: the bytes of the file or, where nothing but .npy is bytes, its text. */
export function written(
  format: Format,
  results: readonly Result[],
  view: View,
  emulated: boolean,
): string | Buffer {
  return writers[format](results, view, emulated);
}

const writers: {
  readonly [format in Format]: (results: readonly Result[], view: View, emulated: boolean) => string | Buffer;
} = {
  table: (results, view) => `${tableOf(results, view).join('\n')}\n`,
  csv: csvOf,
  json: (results, view, emulated) => jsonOf(results, view, emulated).map(jsonLine).join(''),
  npy: npyOf,
};
