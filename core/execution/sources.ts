import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Place } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Json } from '../../base/json.ts';
import { positionAt } from '../../base/json-mistakes.ts';
import { parseJsonText } from '../../base/json-text.ts';
import type { Failure, Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { artifactOf } from '../contracts/artifact.ts';
import type { Plan } from '../contracts/plan.ts';
import type { FileParameter } from '../contracts/stage.ts';
import type { FileEntry } from '../contracts/types.ts';
import type { FileDigests } from '../state/file-digests.ts';
import type { Layout } from '../state/layout.ts';
import type { InputArtifact } from './action.ts';
import { filesListed, missingNamed, secretNamed } from './listed-files.ts';

export type Source =
  | { readonly type: 'input'; readonly input: InputArtifact }
  | { readonly type: 'value'; readonly value: Json };

/** The project whose files are read. */
export interface SourceProject {
  readonly layout: Layout;
  readonly digests: FileDigests;
  /** Files that hold keys, relative to the project or absolute: refused if named, left out of folders. */
  readonly secrets: readonly string[];
  /** The regular expressions of the patterns in lists of files. */
  readonly patterns: Plan['patterns'];
}

/**
 * Reads the files that a parameter names: the contents of a file, its parsed JSON, or files and folders under their own
 * paths. `at` of a diagnostic is the path into the parameter.
 */
export function readSource(parameter: FileParameter, value: Json, project: SourceProject): Result<Source> {
  const reading = { ...project, isSecret: secretTest(project) };
  try {
    return sourceOf(parameter, value, reading);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failure(problem('file/unreadable', `an input cannot be read: ${message}`));
  }
}

interface Reading extends SourceProject {
  readonly isSecret: (path: string) => boolean;
}

/** The schema of the stage guarantees that a single file is a string, and paths are a list of strings. */
function sourceOf(parameter: FileParameter, value: Json, reading: Reading): Result<Source> {
  switch (parameter.as) {
    case 'content':
      return contentOf(value as string, parameter.name, reading);
    case 'json':
      return jsonOf(value as string, reading);
    case 'paths':
      return pathsOf(value as readonly string[], reading);
  }
}

function contentOf(path: string, name: string, reading: Reading): Result<Source> {
  const entry = entryOf(path, reading);
  if (!entry.ok) return entry;
  const { digest, size } = entry.value;
  return inputOf([{ entry: { path: name, digest, size }, path }]);
}

function jsonOf(path: string, reading: Reading): Result<Source> {
  const entry = entryOf(path, reading);
  if (!entry.ok) return entry;
  const text = readFileSync(join(reading.layout.project, path), 'utf8');
  const read = parseJsonText(text);
  if (read.type === 'mistakes')
    return failure(
      ...read.mistakes.map(({ what, hint, from, to }) =>
        problem('file/bad-json', `${path} ${what}`, { hint, place: placeIn(path, text, from, to) }),
      ),
    );
  if (read.value === null || typeof read.value !== 'object')
    return failure(problem('file/bad-json', `${path} does not hold a JSON object`));
  return success(read);
}

/** The marker ends with the line. */
function placeIn(file: string, text: string, from: number, to: number): Place {
  const [marked = ''] = text.slice(from, to).split('\n');
  return { file, ...positionAt(text, from), length: Math.max(1, marked.trimEnd().length) };
}

/** A named file: it exists, is a regular one, and holds no key. */
function entryOf(path: string, { layout, digests, isSecret }: Reading): Result<FileEntry> {
  if (isSecret(path)) return secret(path);
  const entry = digests.entry(path);
  if (entry !== null) return success(entry);
  const stat = statSync(join(layout.project, path), { throwIfNoEntry: false });
  if (stat === undefined) return missing(path);
  return stat.isDirectory() ? folder(path) : unsupported(path);
}

function pathsOf(
  entries: readonly string[],
  { layout, digests, isSecret, patterns }: Reading,
): Result<Source> {
  const listed = filesListed(entries, layout.project, isSecret, patterns);
  if (!listed.ok) return listed;
  const found: { readonly entry: FileEntry; readonly path: string }[] = [];
  for (const [path, index] of listed.value) {
    const entry = digests.entry(path);
    if (entry === null) return unsupported(path, [index]);
    found.push({ entry, path });
  }
  return inputOf(found);
}

/** Whether a path leads to a file that holds a key, under whatever name: it may be a link. */
function secretTest({ layout, secrets }: SourceProject): (path: string) => boolean {
  const fileAt = (path: string): string | null => fileIdentity(resolve(layout.project, path));
  const keys = new Set(secrets.map(fileAt).filter((key) => key !== null));
  return (path) => keys.size > 0 && keys.has(fileAt(path) ?? '');
}

/** Device and inode of a regular file; null if there is none, or none that can be read. */
function fileIdentity(path: string): string | null {
  try {
    const stat = statSync(path);
    return stat.isFile() ? `${stat.dev}:${stat.ino}` : null;
  } catch {
    return null;
  }
}

function inputOf(found: readonly { readonly entry: FileEntry; readonly path: string }[]): Result<Source> {
  const sources = new Map(found.map(({ entry, path }) => [entry.path, path]));
  return success({
    type: 'input',
    input: { artifact: artifactOf(found.map(({ entry }) => entry)), sources, producer: null },
  });
}

function missing(path: string): Failure {
  return failure(missingNamed(path));
}

function unsupported(path: string, at?: readonly number[]): Failure {
  const message = `${path} is not a regular file that can be read`;
  return failure(problem('file/unsupported', message, { hint: 'leave it out of the inputs', at }));
}

function folder(path: string): Failure {
  const hint = 'name a file in it';
  return failure(problem('file/unsupported', `${path} is a folder, and a file is expected`, { hint }));
}

function secret(path: string): Failure {
  return failure(secretNamed(path));
}
