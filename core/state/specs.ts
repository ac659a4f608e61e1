import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionSpec, Digest } from '../types.ts';
import { readJson, writeFileAtomically } from './json-file.ts';
import type { Layout } from './layout.ts';

/** The spec behind a fingerprint that was met here before, or null. */
export function readSpec(layout: Layout, fingerprint: Digest): ActionSpec | null {
  return readJson(pathOf(layout, fingerprint)) as ActionSpec | null;
}

/** Keeps a spec, so that `why` can compare it with later ones. */
export function keepSpec(layout: Layout, fingerprint: Digest, spec: ActionSpec): void {
  const path = pathOf(layout, fingerprint);
  if (!existsSync(path)) writeFileAtomically(path, JSON.stringify(spec));
}

/** Forgets the specs of all other fingerprints. */
export function forgetSpecs(layout: Layout, kept: ReadonlySet<Digest>): void {
  if (!existsSync(layout.specs)) return;
  for (const entry of readdirSync(layout.specs, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && !kept.has(entry.name)) rmSync(join(entry.parentPath, entry.name), { force: true });
}

function pathOf(layout: Layout, fingerprint: Digest): string {
  return join(layout.specs, fingerprint.slice(0, 2), fingerprint);
}
