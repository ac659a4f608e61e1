import type { Builtin } from '../core/types.ts';

/** Every builtin by the name that stages give it; loaded when first run. */
export const builtins: { readonly [name: string]: (() => Promise<Builtin>) | undefined } = {
  preprocess: async () => (await import('./preprocess.ts')).preprocess,
  estimate: async () => (await import('./estimate.ts')).estimate,
  split: async () => (await import('./split.ts')).split,
  verify: async () => (await import('./verify.ts')).verify,
  'build-emulated': async () => (await import('./build-emulated.ts')).buildEmulated,
  package: async () => (await import('./package.ts')).packageBitstream,
  deploy: async () => (await import('./deploy.ts')).deploy,
  smoke: async () => (await import('./smoke.ts')).smoke,
};
