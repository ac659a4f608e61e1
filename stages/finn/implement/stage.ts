import { defineStage } from '../../define.ts';
import type { BuildParams } from '../build/params.ts';
import { vivadoChecks } from '../checks.ts';
import { vivadoRetries } from '../retries.ts';
import { vivadoOf } from '../frontend.ts';
import { initFile } from '../init-file.ts';
import type { InitParams } from '../init-file.ts';
import { schema } from './params.ts';
import { vivadoStep } from './steps.ts';

/**
 * Vivado project and board part in; bitstream and hardware description out. The last step of a `finn/build`, whose parameters
 * it takes.
 */
export const implement = defineStage<BuildParams & InitParams>()({
  kind: 'finn/implement',
  recipe: 3,
  about: 'Runs synthesis, place and route, and writes the bitstream.',
  schema,
  files: { init: initFile },
  inputs: { platform: {} },
  foreach: { over: 'items', port: 'hardware', required: true },
  outputs: () => [{ port: 'bitstreams' }, { port: 'report' }],
  checks: vivadoChecks,
  // A recorded build took 4.7 GB and two cores on average (docs/facts.md, vivado/build-effort); others are larger.
  uses: { cores: 2, memory: 8e9, vivado: 1 },
  retries: vivadoRetries,
  step: vivadoStep,
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
