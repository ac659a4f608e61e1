import type { FromSchema } from 'json-schema-to-ts';
import { containerEngines } from '../core/contracts/container.ts';

/** JSON Schema of `tools.finn` in pipeline.yaml. */
export const finnToolsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    python: { type: 'string', description: 'Python of an environment that holds FINN+ 1.6.1.' },
    image: { type: 'string', description: 'Container image that holds FINN+ 1.6.1, used instead of python.' },
    engine: {
      enum: containerEngines,
      description: 'The program that runs the image; docker by default.',
    },
    deps: { type: 'string', description: "Folder of FINN's own dependencies: finn-hlslib, board_files." },
  },
} as const;

/** JSON Schema of `tools.vivado` in pipeline.yaml. */
export const vivadoToolsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    path: {
      type: 'array',
      items: { type: 'string' },
      description: 'Folders of the programs vivado and vitis_hls; searched for on PATH by default.',
    },
    boards: { type: 'string', description: 'Folder of board files, for boards that Vivado lacks.' },
  },
} as const;

/** The settings in pipeline.yaml for the tools that build. */
export interface WrittenTools {
  readonly finn?: FromSchema<typeof finnToolsSchema>;
  readonly vivado?: FromSchema<typeof vivadoToolsSchema>;
}
