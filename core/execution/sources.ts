import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { problem } from '../../base/diagnostic.ts';
import { filesBelow } from '../../base/files-below.ts';
import type { Json } from '../../base/json.ts';
import type { Failure, Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { artifactOf } from '../contracts/artifact.ts';
import type { FileParameter } from '../contracts/stage.ts';
import type { FileEntry } from '../contracts/types.ts';
import type { FileDigests } from '../state/file-digests.ts';
import type { Layout } from '../state/layout.ts';
import type { InputArtifact } from './action.ts';

export type Source =
  | { readonly type: 'input'; readonly input: InputArtifact }
  | { readonly type: 'value'; readonly value: Json };

/**
 * Reads the files that a parameter names: the contents of a file, its parsed JSON, or files and folders under their own
 * paths.
 */
export function readSource(
  parameter: FileParameter,
  value: Json,
  layout: Layout,
  digests: FileDigests,
): Result<Source> {
  try {
    return sourceOf(parameter, value, layout, digests);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failure(problem('file/unreadable', `an input cannot be read: ${message}`));
  }
}

/** The schema of the stage guarantees that a single file is a string, and paths are a list of strings. */
function sourceOf(
  parameter: FileParameter,
  value: Json,
  layout: Layout,
  digests: FileDigests,
): Result<Source> {
  switch (parameter.as) {
    case 'content':
      return contentOf(value as string, parameter.name, digests);
    case 'json':
      return jsonOf(value as string, layout, digests);
    case 'paths':
      return pathsOf(value as readonly string[], layout, digests);
  }
}

function contentOf(path: string, name: string, digests: FileDigests): Result<Source> {
  const entry = digests.entry(path);
  if (entry === null) return missing(path);
  return inputOf([{ entry: { path: name, digest: entry.digest, size: entry.size }, path }]);
}

function jsonOf(path: string, layout: Layout, digests: FileDigests): Result<Source> {
  if (digests.entry(path) === null) return missing(path);
  try {
    const value = JSON.parse(readFileSync(join(layout.project, path), 'utf8')) as Json;
    if (value === null || typeof value !== 'object')
      return failure(problem('file/bad-json', `${path} does not hold a JSON object`));
    return success({ type: 'value', value });
  } catch (error) {
    return failure(problem('file/bad-json', `${path} is not valid JSON: ${(error as Error).message}`));
  }
}

function pathsOf(paths: readonly string[], layout: Layout, digests: FileDigests): Result<Source> {
  const found = new Map<string, FileEntry>();
  for (const written of paths) {
    const path = normalize(written).replace(/\/$|^\.$/, '');
    if (isAbsolute(path) || path === '..' || path.startsWith('../'))
      return failure(
        problem('file/outside', `${written} is outside the project`, {
          hint: 'inputs are named relative to pipeline.yaml',
        }),
      );
    if (statSync(join(layout.project, path), { throwIfNoEntry: false }) === undefined)
      return missing(written);
    for (const file of filesBelow(layout.project, path, isOurOwn)) {
      const entry = digests.entry(file);
      if (entry === null)
        return failure(
          problem('file/unsupported', `${file} is not a regular file that can be read`, {
            hint: 'leave it out of the inputs',
          }),
        );
      found.set(file, entry);
    }
  }
  return inputOf([...found].map(([path, entry]) => ({ entry, path })));
}

/** Folders of this program and of git in the project are never inputs, even if the whole project folder is one. */
function isOurOwn(path: string): boolean {
  return path === '.pipeline' || path === '.git';
}

function inputOf(found: readonly { readonly entry: FileEntry; readonly path: string }[]): Result<Source> {
  const sources = new Map(found.map(({ entry, path }) => [entry.path, path]));
  return success({
    type: 'input',
    input: { artifact: artifactOf(found.map(({ entry }) => entry)), sources, producer: null },
  });
}

function missing(path: string): Failure {
  return failure(
    problem('file/missing', `there is no file ${path}`, {
      hint: 'paths are relative to the folder of pipeline.yaml',
    }),
  );
}
