import { defineStage } from '../../define.ts';
import { finnTools, runFinn, vivadoOf } from '../frontend.ts';
import { schema } from './params.ts';

/** Submodel in; IP of every layer, stitched, and a Vivado project of it out. The first step of a `finn/build`. */
export const hardware = defineStage<object>()({
  kind: 'finn/hardware',
  recipe: 2,
  about: "Makes IP of a submodel's layers through FINN and high-level synthesis, and a Vivado project of it.",
  schema,
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'submodel', required: true },
  outputs: () => [{ port: 'hardware' }, { port: 'report' }],
  action: ({ toolchain, target, platform }) => ({
    params: { platform },
    tools: { ...finnTools, vivado: vivadoOf(toolchain) },
    target,
    run: runFinn('hardware.py', 'finish-hardware', { VIVADO_VERSION: vivadoOf(toolchain) }),
  }),
});
