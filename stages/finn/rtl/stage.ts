import { defineStage } from '../../define.ts';
import { rtlChecks } from '../checks.ts';
import { finnTools, rtlTools, runFinn } from '../frontend.ts';
import { schema } from './params.ts';
import type { RtlJob } from './params.ts';

/**
 * Submodel in; what the RTL that FINN generates for it does in a simulation out, compared with our executor and our cycle model.
 * A step of a `verify` with `rtl: true`.
 */
export const rtl = defineStage<object>()({
  kind: 'finn/rtl',
  recipe: 1,
  about: "Simulates FINN's RTL of a submodel in Verilator, and compares every word and its cycle.",
  schema,
  files: {},
  inputs: {},
  foreach: { over: 'items', port: 'submodel', required: true },
  outputs: () => [{ port: 'report' }],
  checks: rtlChecks,
  action: ({ toolchain, target }) => ({
    params: {
      images: 2,
      stalls: [0, 30],
      seed: 1,
      queue: toolchain.mvauQueue,
      standIns: false,
    } satisfies Omit<RtlJob, 'target'>,
    tools: { ...finnTools, ...rtlTools },
    target,
    run: runFinn('simulate.py', 'finish-rtl', {}, 'rtl'),
  }),
});
