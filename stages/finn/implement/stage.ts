import { defineStage } from '../../define.ts';
import type { BuildParams } from '../build/params.ts';
import { vivadoOf } from '../frontend.ts';
import { schema } from './params.ts';

/** Vivado project in; bitstream and hardware description out. The last step of a `finn/build`, whose parameters it takes. */
export const implement = defineStage<BuildParams>()({
  kind: 'finn/implement',
  recipe: 2,
  about: 'Runs synthesis, place and route, and writes the bitstream.',
  schema,
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'hardware', required: true },
  outputs: () => [{ port: 'bitstreams' }, { port: 'report' }],
  action: ({ params: { synthesis, implementation }, toolchain, target }) => ({
    params: {},
    tools: { vivado: vivadoOf(toolchain) },
    target,
    run: {
      type: 'process',
      argv: ['sh', 'templates/vivado/implement.sh'],
      env: {
        VIVADO_VERSION: vivadoOf(toolchain),
        ...(synthesis === undefined ? {} : { SYNTHESIS_STRATEGY: synthesis }),
        ...(implementation === undefined ? {} : { IMPLEMENTATION_STRATEGY: implementation }),
      },
      templates: ['vivado'],
      finish: 'finish-implement',
    },
  }),
});
