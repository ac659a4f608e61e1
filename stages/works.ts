import type { Builtin } from '../core/contracts/types.ts';

/** Every builtin by the name that stages give it; loaded when first run. */
export const builtins: { readonly [name: string]: (() => Promise<Builtin>) | undefined } = {
  preprocess: async () => (await import('./finn/preprocess/work.ts')).preprocess,
  estimate: async () => (await import('./finn/estimate/work.ts')).estimate,
  split: async () => (await import('./split/work.ts')).split,
  verify: async () => (await import('./verify/work.ts')).verify,
  'build-emulated': async () => (await import('./finn/build/work.ts')).buildEmulated,
  'cross-check': async () => (await import('./finn/cross-check/work.ts')).crossCheck,
  'finish-preprocess': async () => (await import('./finn/preprocess/finish.ts')).finishPreprocess,
  'finish-estimate': async () => (await import('./finn/estimate/finish.ts')).finishEstimate,
  'finish-hardware': async () => (await import('./finn/hardware/finish.ts')).finishHardware,
  'finish-implement': async () => (await import('./finn/implement/finish.ts')).finishImplement,
  package: async () => (await import('./package/work.ts')).packageBitstream,
  deploy: async () => (await import('./deploy/work.ts')).deploy,
  smoke: async () => (await import('./smoke/work.ts')).smoke,
};
