import type { StageKind } from '../../core/contracts/stage.ts';

/** Bitstream in; what a board loads out. */
export const packageStage: StageKind = {
  kind: 'package',
  recipe: 2,
  about: 'Packages a bitstream with all a board must know to load and feed it.',
  schema: { type: 'object', additionalProperties: false, properties: {} },
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'bitstream', required: true },
  outputs: () => [{ port: 'package' }],
  action: () => ({ params: {}, tools: {}, run: { type: 'builtin', name: 'package' } }),
};
