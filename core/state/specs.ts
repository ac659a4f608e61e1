import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ActionSpec, FileEntry } from '../contracts/types.ts';
import { entryAt } from '../../base/entry-at.ts';
import type { Digest } from '../../base/digest.ts';
import { bestEffort } from '../../base/json-file.ts';
import { isJsonObject } from '../../base/json.ts';
import { readSealed, writeSealed } from '../../base/sealed.ts';
import { fingerprintOf } from '../contracts/artifact.ts';
import type { Layout } from './layout.ts';

/** A spec with what its digests do not show: the state of the project files behind each input port, by path. */
export interface KeptSpec {
  readonly spec: ActionSpec;
  readonly files: { readonly [port: string]: { readonly [path: string]: string } };
}

/** What of a file enters a key, as one text: its contents, and whether it may be executed. */
export function fileState({ digest, executable }: FileEntry): string {
  return executable === true ? `${digest} executable` : digest;
}

/** Whether two states of a file differ only in whether it may be executed. */
export function differsInModeOnly(before: string, after: string): boolean {
  const contents = (state: string): string => state.slice(0, digestLength);
  return before !== after && contents(before) === contents(after);
}

const digestLength = 64;

/** The spec behind a fingerprint that occurred here before, or null. It counts only if it has that fingerprint. */
export function readSpec(layout: Layout, fingerprint: Digest): KeptSpec | null {
  const kept = readSealed(pathOf(layout, fingerprint), whatOf(fingerprint));
  if (!isJsonObject(kept)) return null;
  const { spec, files } = kept as Partial<Readonly<Record<keyof KeptSpec, unknown>>>;
  if (!isJsonObject(spec) || !isJsonObject(files) || !Object.values(files).every(isJsonObject)) return null;
  const isOfFingerprint = fingerprintOf(spec as unknown as ActionSpec) === fingerprint;
  return isOfFingerprint ? (kept as unknown as KeptSpec) : null;
}

/** Keeps a spec, so that `why` can compare it with later ones. */
export function keepSpec(layout: Layout, fingerprint: Digest, spec: KeptSpec): void {
  const path = pathOf(layout, fingerprint);
  bestEffort(() => {
    if (readSpec(layout, fingerprint) !== null) return;
    // Through a link the spec would be written elsewhere.
    if (entryAt(dirname(path))?.isSymbolicLink() === true) rmSync(dirname(path));
    writeSealed(path, whatOf(fingerprint), spec);
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

function whatOf(fingerprint: Digest): string {
  return `spec ${fingerprint}`;
}

function pathOf(layout: Layout, fingerprint: Digest): string {
  return join(layout.specs, fingerprint.slice(0, 2), fingerprint);
}
