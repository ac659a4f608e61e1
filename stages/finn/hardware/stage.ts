import type { StageKind } from '../../../core/contracts/stage.ts';
import { finnTools, runFinn } from '../frontend.ts';

/** Submodel in; IP of every layer, stitched, and a Vivado project of it out. The first step of a `finn/build`. */
export const hardware: StageKind = {
  kind: 'finn/hardware',
  recipe: 2,
  about: "Makes IP of a submodel's layers through FINN and high-level synthesis, and a Vivado project of it.",
  schema: { type: 'object', additionalProperties: false, properties: {} },
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'submodel', required: true },
  outputs: () => [{ port: 'hardware' }, { port: 'report' }],
  action: ({ toolchain, target, platform }) => ({
    params: { platform },
    tools: { ...finnTools, vivado: toolchain.vivado! },
    target,
    run: runFinn('hardware.py', 'finish-hardware', { VIVADO_VERSION: toolchain.vivado! }),
  }),
};
