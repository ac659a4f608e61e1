import type { FromSchema } from 'json-schema-to-ts';
import { containerEngines } from '../core/contracts/container.ts';

/** No list of folders, in PATH or for a container, can hold a path with a colon. */
const folder = { type: 'string', pattern: '^[^:]+$' } as const;

/** JSON Schema of `tools.finn` in pipeline.yaml. */
export const finnToolsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    python: { type: 'string', minLength: 1, description: 'Python of an environment that holds FINN+ 1.6.1.' },
    image: {
      type: 'string',
      // It becomes an argument of the engine, which must not take it for an option.
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.:/@+-]*$',
      description:
        'Container image that holds FINN+ 1.6.1, such as registry:5000/finn:1.6.1; used instead of python.',
    },
    engine: {
      enum: containerEngines,
      description: 'The program that runs the image; docker by default.',
    },
    deps: {
      ...folder,
      description:
        "Folder of FINN's own dependencies: finn-hlslib, board_files; without a colon in its path.",
    },
  },
} as const;

/** JSON Schema of `tools.vivado` in pipeline.yaml. */
export const vivadoToolsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    path: {
      type: 'array',
      items: { ...folder, description: 'A folder, without a colon in its path.' },
      description: 'Folders of the programs vivado and vitis_hls; searched for on PATH by default.',
    },
    boards: {
      ...folder,
      description: 'Folder of board files, for boards that Vivado lacks; without a colon in its path.',
    },
    init: {
      type: 'string',
      // As for all inputs, nothing outside the project.
      pattern: '^(?!/|~|(.*/)?\\.\\.(/|$)).+$',
      description:
        'Initialisation script of Vivado, a file of the project; the only part of tools that enters keys, by its contents.',
    },
  },
} as const;

/** The settings in pipeline.yaml for the tools that build. */
export interface WrittenTools {
  readonly finn?: FromSchema<typeof finnToolsSchema>;
  readonly vivado?: FromSchema<typeof vivadoToolsSchema>;
}
