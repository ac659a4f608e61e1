import type { FromSchema } from 'json-schema-to-ts';

export const schema = {
  type: 'object',
  required: ['command', 'outputs'],
  additionalProperties: false,
  properties: {
    command: {
      type: 'string',
      minLength: 1,
      // The shell would take it for options of its own.
      pattern: '^[^+-]',
      description:
        'Run by the shell in a fresh folder with in/ and out/, until a command fails; begins with neither - nor +.',
    },
    shell: {
      enum: ['sh', 'bash'],
      description:
        'sh by default; bash also fails if any program of a pipe fails, where sh looks at the last one only.',
    },
    inputs: {
      type: 'array',
      items: { type: 'string' },
      description:
        'Files, folders and patterns such as src/**/*.py of the project, of which !src/generated removes; the command finds them at in/files/PATH.',
    },
    outputs: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^(?!__proto__$)[A-Za-z0-9_][A-Za-z0-9_.-]*$',
        description: 'Letters, digits, _, . and -, beginning with neither . nor -; not __proto__.',
      },
      description: 'Files or folders that the command makes in out/.',
    },
    env: {
      type: 'object',
      propertyNames: {
        pattern: '^[^=]+$',
        not: { enum: ['PATH', 'HOME', 'TMPDIR'] },
        description: 'a name without =, and not one that every command is given: PATH, HOME, TMPDIR',
      },
      additionalProperties: { type: 'string' },
      description: 'The environment, in addition to PATH, HOME, TMPDIR and LANG; part of the key.',
    },
  },
} as const;

export type ShellParams = FromSchema<typeof schema>;
