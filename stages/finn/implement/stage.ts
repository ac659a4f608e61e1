import type { StageKind } from '../../../core/contracts/stage.ts';

/** Vivado project in; bitstream and hardware description out. The last step of a `finn/build`. */
export const implement: StageKind = {
  kind: 'finn/implement',
  recipe: 2,
  about: 'Runs synthesis, place and route, and writes the bitstream.',
  schema: { type: 'object', additionalProperties: false, properties: {} },
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'hardware', required: true },
  outputs: () => [{ port: 'bitstreams' }, { port: 'report' }],
  action: ({ params, toolchain, target }) => {
    const { synthesis, implementation } = params as { synthesis?: string; implementation?: string };
    return {
      params: {},
      tools: { vivado: toolchain.vivado! },
      target,
      run: {
        type: 'process',
        argv: ['sh', 'templates/vivado/implement.sh'],
        env: {
          VIVADO_VERSION: toolchain.vivado!,
          ...(synthesis === undefined ? {} : { SYNTHESIS_STRATEGY: synthesis }),
          ...(implementation === undefined ? {} : { IMPLEMENTATION_STRATEGY: implementation }),
        },
        templates: ['vivado'],
        finish: 'finish-implement',
      },
    };
  },
};
