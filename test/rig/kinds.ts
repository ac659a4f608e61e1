import type { Validator } from '../../core/contracts/registry.ts';
import type { StageKind } from '../../core/contracts/stage.ts';

/** Splits the lines of a file into one item each; equal lines are equal items. */
export const fan: StageKind = {
  kind: 'fan',
  recipe: 1,
  about: 'One item per line.',
  schema: {},
  files: { lines: { as: 'content', name: 'lines' } },
  inputs: {},
  foreach: null,
  outputs: () => [{ port: 'items', collection: true }],
  action: () => ({
    params: {},
    tools: {},
    run: {
      type: 'process',
      env: {},
      argv: [
        'sh',
        '-e',
        '-c',
        `mkdir out/items; position=0; rows=
while read -r line; do
  mkdir -p out/items/$line; echo "$line" > out/items/$line/line
  rows="$rows\${rows:+,}{\\"id\\":\\"$line\\",\\"position\\":$position}"; position=$((position+1))
done < in/lines/lines
echo "[$rows]" > out/items/manifest.json`,
      ],
    },
  }),
};

/** Runs a command per item; fails if the item's line is in `fail`. */
export const each: StageKind = {
  kind: 'each',
  recipe: 1,
  about: 'A command per item.',
  schema: {},
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'item', required: true },
  outputs: () => [{ port: 'made' }],
  action: ({ params }) => ({
    params: {},
    tools: {},
    run: { type: 'process', argv: ['sh', '-e', '-c', params['command'] as string], env: {} },
  }),
};

/** Collects the outputs of all items. */
export const collect: StageKind = {
  kind: 'collect',
  recipe: 1,
  about: 'All items in one.',
  schema: {},
  files: {},
  inputs: { all: { gather: true } },
  foreach: null,
  outputs: () => [{ port: 'list' }],
  action: () => ({
    params: {},
    tools: {},
    run: { type: 'process', argv: ['sh', '-e', '-c', 'cat in/all/*/* > out/list'], env: {} },
  }),
};

/** Validators that find nothing wrong, for kinds whose schema was not compiled into the program. */
export function acceptAnything(kinds: readonly StageKind[]): { readonly [name: string]: Validator } {
  const accept: Validator = () => true;
  return Object.fromEntries([['envelope', accept], ...kinds.map(({ kind }) => [kind, accept] as const)]);
}
