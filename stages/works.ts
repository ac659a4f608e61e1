import type { Work } from '../core/contracts/types.ts';

/** The work of every stage by its name in actions; loaded when it first runs. */
export const works = {
  tidy: async () => (await import('./finn/tidy/work.ts')).tidyNetwork,
  preprocess: async () => (await import('./finn/preprocess/work.ts')).preprocess,
  'finish-preprocess': async () => (await import('./finn/lower/finish.ts')).finishPreprocess,
  estimate: async () => (await import('./finn/estimate/work.ts')).estimate,
  'finish-estimate': async () => (await import('./finn/estimate/finish.ts')).finishEstimate,
  'cross-check': async () => (await import('./finn/cross-check/work.ts')).crossCheck,
  split: async () => (await import('./split/work.ts')).split,
  original: async () => (await import('./original/work.ts')).original,
  verify: async () => (await import('./verify/work.ts')).verify,
  timing: async () => (await import('./finn/timing/work.ts')).timing,
  'build-emulated': async () => (await import('./finn/build/work.ts')).buildEmulated,
  'finish-probe': async () => (await import('./finn/probe/finish.ts')).finishProbe,
  'finish-rtl': async () => (await import('./finn/rtl/finish.ts')).finishRtl,
  'finish-hardware': async () => (await import('./finn/hardware/finish.ts')).finishHardware,
  'finish-implement': async () => (await import('./finn/implement/finish.ts')).finishImplement,
  package: async () => (await import('./package/work.ts')).packageBitstream,
  deploy: async () => (await import('./deploy/work.ts')).deploy,
  smoke: async () => (await import('./smoke/work.ts')).smoke,
} as const satisfies { readonly [name: string]: () => Promise<Work<never>> };

export type WorkName = keyof typeof works;

/** The parameters that a work takes. */
export type JobOf<Name extends WorkName> =
  Awaited<ReturnType<(typeof works)[Name]>> extends Work<infer Params> ? Params : never;
