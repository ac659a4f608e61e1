import { builtin, defineStage } from '../define.ts';
import { schema } from './params.ts';

/** Bitstream in; package for a board out. */
export const packageStage = defineStage<object>()({
  kind: 'package',
  recipe: 2,
  about: 'Packages a bitstream with everything a board needs to load and feed it.',
  schema,
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'bitstream', required: true },
  outputs: () => [{ port: 'package' }],
  action: () => ({ ...builtin('package', {}), tools: {} }),
});
