import type { Builtin } from '../core/types.ts';

/** Every builtin by the name that stages give it; loaded when first run. */
export const builtins: { readonly [name: string]: (() => Promise<Builtin>) | undefined } = {
  preprocess: async () => (await import('./preprocess.ts')).preprocess,
  estimate: async () => (await import('./estimate.ts')).estimate,
  split: async () => (await import('./split.ts')).split,
  verify: async () => (await import('./verify.ts')).verify,
  'build-emulated': async () => (await import('./build-emulated.ts')).buildEmulated,
  'cross-check': async () => (await import('./cross-check.ts')).crossCheck,
  'finish-preprocess': async () => (await import('./finish-preprocess.ts')).finishPreprocess,
  'finish-estimate': async () => (await import('./finish-estimate.ts')).finishEstimate,
  'finish-hardware': async () => (await import('./finish-hardware.ts')).finishHardware,
  'finish-implement': async () => (await import('./finish-implement.ts')).finishImplement,
  package: async () => (await import('./package.ts')).packageBitstream,
  deploy: async () => (await import('./deploy.ts')).deploy,
  smoke: async () => (await import('./smoke.ts')).smoke,
};
