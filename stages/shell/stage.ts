import { defineStage } from '../define.ts';
import type { ShellParams } from './params.ts';
import { schema } from './params.ts';

/** In bytes: MAX_ARG_STRLEN of Linux with the NUL at its end, on pages of 4 KiB. */
const longestArgument = 32 * 4096 - 1;

/** How a shell runs a command so that a failure ends it. */
const interpreters = {
  sh: ['sh', '-e', '-c'],
  bash: ['bash', '-e', '-o', 'pipefail', '-c'],
} as const;

/** Any command: reads `in/files/…` and `in/<port>/…`, writes `out/<name>`. */
export const shell = defineStage<ShellParams>()({
  kind: 'shell',
  recipe: 1,
  about: 'Runs a command in a work directory that holds its declared inputs, and keeps its declared outputs.',
  schema,
  files: { inputs: { as: 'paths' } },
  inputs: null,
  foreach: { over: 'items', port: 'item', required: false },
  // Documents and editors ask for the outputs of the kind before any are named.
  outputs: ({ outputs }: Partial<ShellParams>) => (outputs ?? []).map((port) => ({ port })),
  preflight({ name, params: { command } }) {
    const bytes = Buffer.byteLength(command);
    if (bytes <= longestArgument) return [];
    return [
      {
        code: 'config/too-long',
        message: `the command of "${name}" has ${bytes} bytes, and Linux takes ${longestArgument}`,
        hint: 'put it into a file of the project, name that in inputs, and run in/files/NAME',
        at: ['with', 'command'],
        mark: 'key',
      },
    ];
  },
  action: ({ params, item }) => ({
    params: item === null ? {} : { item: item.id },
    tools: {},
    run: {
      type: 'process',
      argv: [...interpreters[params.shell ?? 'sh'], params.command],
      env: params.env ?? {},
    },
  }),
});
