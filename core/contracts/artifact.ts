import type { Digest } from '../../base/digest.ts';
import { canonicalJson, sha256 } from '../../base/digest.ts';
import type { ActionSpec, Artifact, FileEntry } from './types.ts';

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
