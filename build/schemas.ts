import { boardTypes } from '../boards/data.ts';
import { editorSchema, envelopeSchema } from '../core/config/schema.ts';
import { stageKinds } from '../stages/index.ts';

const boards = boardTypes.map(({ name }) => name);

/** What is compiled into validators: the file as a whole, and each kind's `with`. */
export const validated = {
  envelope: envelopeSchema(stageKinds, boards),
  ...Object.fromEntries(stageKinds.map(({ kind, schema }) => [kind, schema])),
};

export const editor = editorSchema(stageKinds, boards);
