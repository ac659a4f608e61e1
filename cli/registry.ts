import { boardTypes, platformOf } from '../boards/data.ts';
import { secretFiles } from '../boards/tools.ts';
import type { Registry } from '../core/contracts/registry.ts';
import { elaborate } from '../stages/elaborate/index.ts';
import { stageKinds, stepKinds } from '../stages/index.ts';
import { readToolchain } from '../stages/toolchain.ts';

declare const __BUILD__: string | undefined;

/** The stages and boards this program knows. */
export const registry: Registry = {
  kinds: new Map([...stageKinds, ...stepKinds].map((kind) => [kind.kind, kind])),
  readToolchain,
  elaborate,
  secretFiles,
  boards: new Map(
    boardTypes.map((type) => [
      type.name,
      {
        part: type.part,
        resources: { ...type.resources },
        clockMHz: type.clockMHz,
        platform: platformOf(type),
      },
    ]),
  ),
  build: typeof __BUILD__ === 'string' ? __BUILD__ : 'source',
  validators: async () => (await import('../build/generated/validators.js')).validators,
};
