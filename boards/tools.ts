import type { FromSchema } from 'json-schema-to-ts';

/** JSON Schema of `tools.boards` in pipeline.yaml. */
export const boardToolsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    key: {
      type: 'string',
      description: "File of the cluster's key; cluster.key by default.",
    },
    'ssh-config': {
      type: 'string',
      description: "Configuration of ssh for real boards, instead of the user's own.",
    },
  },
} as const;

export type WrittenBoardTools = FromSchema<typeof boardToolsSchema>;
