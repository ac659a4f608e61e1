import type { StageKind } from '../../core/contracts/stage.ts';
import type { Json } from '../../base/json.ts';

/** No operating system takes a text with a NUL in it. */
const withoutNul = '^[^\\u0000]*$';

/** Any command: reads `in/files/…` and `in/<port>/…`, writes `out/<name>`. */
export const shell: StageKind = {
  kind: 'shell',
  recipe: 1,
  about: 'Runs a command in a work directory that holds its declared inputs, and keeps its declared outputs.',
  schema: {
    type: 'object',
    required: ['command', 'outputs'],
    additionalProperties: false,
    properties: {
      command: {
        type: 'string',
        minLength: 1,
        description: 'Given to sh -e, in a fresh folder with in/ and out/.',
      },
      inputs: {
        type: 'array',
        items: { type: 'string', pattern: withoutNul },
        description: 'Files and folders of the project; they stand at in/files/PATH.',
      },
      outputs: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$' },
        description: 'Files or folders that the command makes in out/.',
      },
      env: {
        type: 'object',
        propertyNames: { not: { enum: ['PATH', 'HOME', 'TMPDIR'] } },
        additionalProperties: { type: 'string', pattern: withoutNul },
        description: 'The environment, besides PATH, HOME, TMPDIR and LANG; part of the key.',
      },
    },
  },
  files: { inputs: { as: 'paths' } },
  inputs: null,
  foreach: { over: 'items', port: 'item', required: false },
  outputs: (params) => ((params['outputs'] ?? []) as readonly string[]).map((port) => ({ port })),
  action: ({ params, item }) => ({
    params: item === null ? {} : { item: item.id },
    tools: {},
    run: {
      type: 'process',
      argv: ['sh', '-e', '-c', params['command'] as string],
      env: (params['env'] ?? {}) as { readonly [name: string]: string },
    },
  }),
};
