import type { FromSchema } from 'json-schema-to-ts';

/** No operating system accepts a string that contains a NUL. */
const withoutNul = '^[^\\u0000]*$';

export const schema = {
  type: 'object',
  required: ['command', 'outputs'],
  additionalProperties: false,
  properties: {
    command: {
      type: 'string',
      minLength: 1,
      description: 'Run by sh -e in a fresh folder with in/ and out/.',
    },
    inputs: {
      type: 'array',
      items: { type: 'string', pattern: withoutNul },
      description: 'Files and folders of the project; the command finds them at in/files/PATH.',
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
      description: 'The environment, in addition to PATH, HOME, TMPDIR and LANG; part of the key.',
    },
  },
} as const;

export type ShellParams = FromSchema<typeof schema>;
