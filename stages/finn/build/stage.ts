import type { StageKind } from '../../../core/contracts/stage.ts';

/**
 * Submodel in; bitstream out. The emulated back end makes an executable model and a cycle model of it; under Vivado the
 * stage is divided into `finn/hardware` and `finn/implement` (stages/elaborate.ts).
 */
export const build: StageKind = {
  kind: 'finn/build',
  recipe: 1,
  about: 'Builds the bitstream of a submodel.',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      synthesis: { type: 'string', description: 'Strategy of synthesis, by its name in Vivado.' },
      implementation: {
        type: 'string',
        description: 'Strategy of place and route, such as Performance_ExtraTimingOpt.',
      },
    },
  },
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'submodel', required: true },
  outputs: () => [{ port: 'bitstreams' }],
  action: ({ toolchain, target }) => ({
    params: {},
    tools: { backend: toolchain.backend },
    target,
    run: { type: 'builtin', name: 'build-emulated' },
  }),
};
