import { hash } from 'node:crypto';
import type { ActionSpec, Artifact, Digest, FileEntry, Json } from './types.ts';

/** sha256 of bytes or UTF-8 text. */
export function sha256(content: string | Uint8Array): Digest {
  return hash('sha256', content);
}

/** JSON with sorted keys and no spaces: equal values have equal text. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  let members = '';
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** The artifact of these files: entries sorted by path, digest over paths, contents and executable bits. */
export function artifactOf(files: readonly FileEntry[]): Artifact {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const text = sorted
    .map(({ path, digest, executable }) => JSON.stringify([path, digest, executable ?? false]))
    .join('\n');
  return { digest: sha256(text), files: sorted };
}

/** The part of an artifact below a folder, as an artifact of its own. */
export function subtree(artifact: Artifact, folder: string): Artifact {
  const prefix = `${folder}/`;
  return artifactOf(
    artifact.files
      .filter(({ path }) => path.startsWith(prefix))
      .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) })),
  );
}

/** The key under which an action's results are kept: sha256 of the canonical spec. */
export function fingerprintOf(spec: ActionSpec): Digest {
  return sha256(canonicalJson(spec));
}

/** Whether two JSON values are equal, whatever the order of their keys. */
export function sameJson(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
