import { boardTypes } from '../boards/data.ts';
import { boardToolsSchema } from '../boards/tools.ts';
import type { SchemaParts } from '../core/config/schema.ts';
import { editorSchema, envelopeSchema } from '../core/config/schema.ts';
import { stageKinds } from '../stages/index.ts';
import { toolchainSchema } from '../stages/toolchain.ts';
import { finnToolsSchema, vivadoToolsSchema } from '../toolchain/tools.ts';

const parts: SchemaParts = {
  kinds: stageKinds,
  boards: boardTypes.map(({ name }) => name),
  sections: {
    toolchain: toolchainSchema,
    tools: {
      type: 'object',
      description: 'Where tools are on this machine; never part of a key.',
      additionalProperties: false,
      properties: { finn: finnToolsSchema, vivado: vivadoToolsSchema, boards: boardToolsSchema },
    },
  },
};

/** The schemas to compile into validators: the whole file, and each kind's `with`. */
export const validated = {
  envelope: envelopeSchema(parts),
  ...Object.fromEntries(stageKinds.map(({ kind, schema }) => [kind, schema])),
};

export const editor = editorSchema(parts);
