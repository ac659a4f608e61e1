import { builtin, defineStage } from '../../define.ts';
import type { BuildParams } from './params.ts';
import { schema } from './params.ts';

/**
 * Submodel in; bitstream out. The emulated back end makes an executable model and a cycle model of it; under Vivado the
 * stage is divided into `finn/hardware` and `finn/implement` (stages/elaborate/index.ts).
 */
export const build = defineStage<BuildParams>()({
  kind: 'finn/build',
  recipe: 1,
  about: 'Builds the bitstream of a submodel.',
  schema,
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'submodel', required: true },
  outputs: () => [{ port: 'bitstreams' }],
  action: ({ toolchain, target }) => ({
    ...builtin('build-emulated', {}),
    tools: { backend: toolchain.backend },
    target,
  }),
});
