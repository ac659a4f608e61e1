import type { FromSchema } from 'json-schema-to-ts';
import type { JsonObject } from '../base/json.ts';
import { isJsonObject } from '../base/json.ts';

/** JSON Schema of `tools.boards` in pipeline.yaml. */
export const boardToolsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    key: {
      type: 'string',
      minLength: 1,
      description: "File of the cluster's key; cluster.key by default.",
    },
    'ssh-config': {
      type: 'string',
      minLength: 1,
      description: "Configuration of ssh for real boards, instead of the user's own.",
    },
  },
} as const;

export type WrittenBoardTools = FromSchema<typeof boardToolsSchema>;

/** The file of the cluster's key if `tools.boards` names none, relative to the project. */
export const defaultKeyFile = 'cluster.key';

/** The files that may hold the cluster's key by a section `tools` of any shape: the named one and the default. */
export function secretFiles({ boards }: JsonObject): readonly string[] {
  const key = isJsonObject(boards) ? boards['key'] : undefined;
  return typeof key === 'string' ? [key, defaultKeyFile] : [defaultKeyFile];
}
