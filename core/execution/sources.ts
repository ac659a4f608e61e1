import { readFileSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { artifactOf } from '../digest.ts';
import type { FileParameter } from '../stage.ts';
import type { FileDigests } from '../state/file-digests.ts';
import type { Layout } from '../state/layout.ts';
import type { Diagnostic, FileEntry, Json } from '../types.ts';
import type { InputArtifact } from './action.ts';

export type Source =
  | { readonly type: 'input'; readonly input: InputArtifact }
  | { readonly type: 'value'; readonly value: Json }
  | { readonly type: 'problem'; readonly diagnostic: Diagnostic };

/** Reads what a parameter names: the contents of a file, its parsed JSON, or files and folders under their own paths. */
export function readSource(
  parameter: FileParameter,
  value: Json,
  layout: Layout,
  digests: FileDigests,
): Source {
  switch (parameter.as) {
    case 'content':
      return contentOf(String(value), parameter.name, digests);
    case 'json':
      return jsonOf(String(value), layout, digests);
    case 'paths':
      return pathsOf((value as readonly string[]).map(String), layout, digests);
  }
}

function contentOf(path: string, name: string, digests: FileDigests): Source {
  const entry = digests.entry(path);
  if (entry === null) return missing(path);
  return inputOf([{ entry: { path: name, digest: entry.digest, size: entry.size }, path }]);
}

function jsonOf(path: string, layout: Layout, digests: FileDigests): Source {
  if (digests.entry(path) === null) return missing(path);
  try {
    return { type: 'value', value: JSON.parse(readFileSync(join(layout.project, path), 'utf8')) as Json };
  } catch (error) {
    return problem('file/bad-json', `${path} is not valid JSON: ${(error as Error).message}`);
  }
}

function pathsOf(paths: readonly string[], layout: Layout, digests: FileDigests): Source {
  const found: { entry: FileEntry; path: string }[] = [];
  for (const written of paths) {
    const path = normalize(written).replace(/\/$/, '');
    if (isAbsolute(path) || path.startsWith('..'))
      return problem(
        'file/outside',
        `${written} is outside the project`,
        'inputs are named relative to pipeline.yaml',
      );
    const single = digests.entry(path);
    const below = single === null ? filesBelow(layout.project, path) : [];
    if (below === null) return missing(written);
    const entries = single === null ? below.flatMap((file) => digests.entry(file) ?? []) : [single];
    for (const entry of entries) found.push({ entry, path: entry.path });
  }
  return inputOf(found);
}

/** Everything below a folder that is not a folder itself; null where there is no such folder. */
function filesBelow(project: string, folder: string): readonly string[] | null {
  if (statSync(join(project, folder), { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  return readdirSync(join(project, folder))
    .filter((name) => name !== '.pipeline' && name !== '.git')
    .flatMap((name) => filesBelow(project, join(folder, name)) ?? [join(folder, name)]);
}

function inputOf(found: readonly { readonly entry: FileEntry; readonly path: string }[]): Source {
  const sources = new Map(found.map(({ entry, path }) => [entry.digest, path]));
  return {
    type: 'input',
    input: { artifact: artifactOf(found.map(({ entry }) => entry)), sources, producer: null },
  };
}

function missing(path: string): Source {
  return problem(
    'file/missing',
    `there is no file ${path}`,
    'paths are relative to the folder of pipeline.yaml',
  );
}

function problem(code: string, message: string, hint?: string): Source {
  return {
    type: 'problem',
    diagnostic: { code, severity: 'error', message, ...(hint === undefined ? {} : { hint }) },
  };
}
