import { boardTypes } from '../boards/data.ts';
import type { Registry } from '../core/registry.ts';
import { stageKinds } from '../stages/index.ts';

declare const __BUILD__: string | undefined;

/** The stages and boards this program knows. */
export const registry: Registry = {
  kinds: new Map(stageKinds.map((kind) => [kind.kind, kind])),
  boards: new Map(
    boardTypes.map(({ name, part, resources }) => [name, { part, resources: { ...resources } }]),
  ),
  build: typeof __BUILD__ === 'string' ? __BUILD__ : 'source',
  validators: async () => (await import('../build/generated/validators.js')).validators,
};
