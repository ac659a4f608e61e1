import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defined } from '../../base/defined.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { filesBelow } from '../../base/files-below.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { Listed } from '../contracts/listed.ts';
import { folderOf, readListed } from '../contracts/listed.ts';
import type { Plan } from '../contracts/plan.ts';

/**
 * The files that a list of paths and patterns names, entry by entry, each with the index of the entry that named it last. A
 * folder means everything in it, whether an entry names or matches it.
 */
export function filesListed(
  entries: readonly string[],
  project: string,
  isSecret: (path: string) => boolean,
  patterns: Plan['patterns'],
): Result<ReadonlyMap<string, number>> {
  const listed = entries.map(readListed);
  const covers = listed.map((entry) => coveringTest(entry, patterns));
  const found = new Map<string, number>();
  for (const [index, entry] of listed.entries()) {
    const written = entries[index] ?? '';
    const refusal = refusalOf(entry, written, project, isSecret);
    if (refusal !== null) return failure({ ...refusal, at: [index] });
    const isNamed = covers[index] ?? (() => false);
    if (entry.isExclusion) {
      for (const path of [...found.keys()]) if (isNamed(path)) found.delete(path);
      continue;
    }
    // What a later entry removes need not be walked through.
    const removed = covers.filter((_, other) => other > index && listed[other]?.isExclusion === true);
    const isLeftOut = (path: string): boolean =>
      isOurOwn(path) || isSecret(path) || removed.some((isRemoved) => isRemoved(path));
    const from = entry.isPattern ? folderOf(entry.what) : entry.what;
    if (entry.isPattern && !existsSync(join(project, from)))
      return failure({ ...noMatch(written), at: [index] });
    const files = filesBelow(project, from, isLeftOut);
    const named = entry.isPattern ? files.filter(isNamed) : files;
    if (entry.isPattern && named.length === 0) return failure({ ...noMatch(written), at: [index] });
    for (const path of named) found.set(path, index);
  }
  return success(found);
}

export function missingNamed(path: string): Diagnostic {
  const hint = 'paths are relative to the folder of pipeline.yaml';
  return problem('file/missing', `there is no file ${path}`, { hint });
}

export function secretNamed(path: string): Diagnostic {
  const hint =
    'results are kept and may be copied elsewhere; only the stages that talk to boards use the key';
  return problem('file/secret', `${path} holds a key, which is never an input`, { hint });
}

/** What is wrong with an entry, whatever it means; null if nothing is. */
function refusalOf(
  { isExclusion, isPattern, what, verbatim }: Listed,
  written: string,
  project: string,
  isSecret: (path: string) => boolean,
): Diagnostic | null {
  if (verbatim.some((path) => existsSync(join(project, path)))) return twoMeanings(written);
  if (isExclusion || isPattern) return null;
  if (isSecret(what)) return secretNamed(written);
  return existsSync(join(project, what)) ? null : missingNamed(written);
}

/** It would be read as something else than the file of that name. */
function twoMeanings(written: string): Diagnostic {
  return problem('file/two-meanings', `${written} is a file, and an entry with another meaning`, {
    hint: 'for the file, put \\ in front of each of ! * ? [ { \\ in it; otherwise rename the file',
  });
}

function noMatch(written: string): Diagnostic {
  return problem('file/no-match', `no file matches ${written}`, {
    hint: '* and ? match within a folder, ** any number of folders; what a later ! removes does not count',
  });
}

/** Whether an entry covers a path: names or matches it, or a folder that it is in. */
export function coveringTest(
  { what, isPattern }: Listed,
  patterns: Plan['patterns'],
): (path: string) => boolean {
  if (!isPattern) return (path) => what === '' || path === what || path.startsWith(`${what}/`);
  const expression = new RegExp(defined(patterns[what], 'every pattern of the file is compiled'), 's');
  return (path) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
      if (expression.test(path.slice(0, end))) return true;
    return false;
  };
}

/**
 * What this program and git keep, of the project or of another one in it, is never an input for being in a folder that is one: it
 * changes without anyone changing the project.
 */
export function isOurOwn(path: string): boolean {
  return ['.pipeline', '.git'].includes(basename(path));
}
