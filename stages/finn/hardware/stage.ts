import type { Platform } from '../../../boards/data.ts';
import { defineStage } from '../../define.ts';
import { synthesisChecks } from '../checks.ts';
import { vivadoRetries } from '../retries.ts';
import { finnTools, runFinn, vivadoOf } from '../frontend.ts';
import { initFile } from '../init-file.ts';
import type { InitParams } from '../init-file.ts';
import { finnStep } from '../steps.ts';
import { schema } from './params.ts';

/**
 * Submodel in; IP of every layer, stitched, and a Vivado project of it out. A step of a `finn/build`. The board part is not
 * among its inputs, so that another one never repeats high-level synthesis.
 */
export const hardware = defineStage<InitParams>()({
  kind: 'finn/hardware',
  recipe: 4,
  about: "Makes IP of a submodel's layers through FINN and high-level synthesis, and a Vivado project of it.",
  schema,
  files: { init: initFile },
  inputs: { depths: {} },
  foreach: { over: 'items', port: 'submodel', required: true },
  outputs: () => [{ port: 'hardware' }, { port: 'report' }],
  checks: synthesisChecks,
  // As many layers at a time as cores, each about 2 GB (docs/facts.md, hls/memory).
  uses: { cores: 4, memory: 8e9, vivado: 1 },
  retries: vivadoRetries,
  step: finnStep,
  action: ({ toolchain, target, platform }) => ({
    params: { platform: (platform as unknown as Platform).finn, queue: toolchain.mvauQueue },
    tools: { ...finnTools, vivado: vivadoOf(toolchain) },
    target,
    run: runFinn('hardware.py', 'finish-hardware', { VIVADO_VERSION: vivadoOf(toolchain) }),
  }),
});
