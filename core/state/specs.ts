import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionSpec } from '../contracts/types.ts';
import type { Digest } from '../../base/digest.ts';
import { bestEffort, readJson, writeFileAtomically } from '../../base/json-file.ts';
import type { Layout } from './layout.ts';

/** A spec with what its digests do not show: the project files behind each input port, by path. */
export interface KeptSpec {
  readonly spec: ActionSpec;
  readonly files: { readonly [port: string]: { readonly [path: string]: Digest } };
}

/** The spec behind a fingerprint that occurred here before, or null. */
export function readSpec(layout: Layout, fingerprint: Digest): KeptSpec | null {
  const kept = readJson(pathOf(layout, fingerprint)) as Partial<KeptSpec> | null;
  return kept?.spec === undefined || kept.files === undefined ? null : { spec: kept.spec, files: kept.files };
}

/** Keeps a spec, so that `why` can compare it with later ones. */
export function keepSpec(layout: Layout, fingerprint: Digest, spec: KeptSpec): void {
  const path = pathOf(layout, fingerprint);
  bestEffort(() => {
    if (!existsSync(path)) writeFileAtomically(path, JSON.stringify(spec));
  });
}

/** Deletes the specs of all other fingerprints that were kept before a time, in ms since 1970. */
export function forgetSpecs(layout: Layout, kept: ReadonlySet<Digest>, before: number): void {
  if (!existsSync(layout.specs)) return;
  for (const entry of readdirSync(layout.specs, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && !kept.has(entry.name)) {
      const path = join(entry.parentPath, entry.name);
      if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? before) < before)
        rmSync(path, { force: true });
    }
}

function pathOf(layout: Layout, fingerprint: Digest): string {
  return join(layout.specs, fingerprint.slice(0, 2), fingerprint);
}
