import type { Platform } from '../../../boards/data.ts';
import { defineStage } from '../../define.ts';
import { vivadoChecks } from '../checks.ts';
import { vivadoRetries } from '../retries.ts';
import { vivadoOf } from '../frontend.ts';
import { initFile } from '../init-file.ts';
import type { InitParams } from '../init-file.ts';
import { schema } from './params.ts';

/**
 * Nothing in; the board part that this Vivado has for the item's board out. A step of a `finn/build` that takes seconds and
 * fails before hours of synthesis would. It reads no artifact of its item, so that all items for one board share one action.
 */
export const probe = defineStage<InitParams>()({
  kind: 'finn/probe',
  recipe: 1,
  about: 'Asks Vivado whether it can build for the board, and by which board part.',
  schema,
  files: { init: initFile },
  inputs: {},
  foreach: null,
  outputs: () => [{ port: 'platform' }],
  checks: vivadoChecks,
  retries: vivadoRetries,
  action: ({ toolchain, target: { board, part }, platform, boardPart }) => {
    const { boardParts } = platform as unknown as Platform;
    return {
      params: { board, part, boardParts: boardPart === null ? boardParts : [boardPart] },
      tools: { vivado: vivadoOf(toolchain) },
      run: {
        type: 'process',
        argv: ['sh', 'templates/vivado/probe.sh', part],
        env: { VIVADO_VERSION: vivadoOf(toolchain) },
        templates: ['vivado'],
        finish: 'finish-probe',
      },
    };
  },
});
