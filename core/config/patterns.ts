import picomatch from 'picomatch';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Registry } from '../contracts/registry.ts';
import { readListed } from '../contracts/listed.ts';
import type { ConfigDocument } from './document.ts';
import type { NamedFile } from './files.ts';
import { listedFiles } from './files.ts';
import type { WrittenStages } from './references.ts';

/** The regular expressions of the patterns in lists of files, so that only a changed pipeline.yaml needs the library. */
export function patternsOf(
  written: WrittenStages,
  registry: Registry,
  document: ConfigDocument,
): Result<Plan['patterns']> {
  const patterns: Record<string, string> = {};
  const problems: Diagnostic[] = [];
  for (const list of listedFiles(written, registry)) {
    problems.push(...removesFromNothing(list, document));
    for (const { file, path } of list) {
      const { what, isPattern } = readListed(file);
      if (!isPattern) continue;
      const source = file.split('/').includes('..') ? null : expressionOf(what);
      if (source === null) problems.push(malformed(file, document.place(path)));
      else patterns[what] = source;
    }
  }
  return problems.length > 0 ? failure(...problems) : success(patterns);
}

/** The source of a regular expression for `RegExp` with the flag `s`; null if a bracket is open. */
function expressionOf(pattern: string): string | null {
  const escaped = escapedFor(pattern);
  if (escaped === null) return null;
  try {
    const { source } = picomatch.makeRe(escaped, {
      dot: true,
      literalBrackets: false,
      nonegate: true,
      noextglob: true,
      posix: true,
      windows: false,
    });
    return source;
  } catch {
    return null;
  }
}

/** The pattern with everything escaped that the library knows and we do not; null if a bracket is open. */
function escapedFor(pattern: string): string | null {
  let escaped = '';
  let isInClass = false;
  let depth = 0;
  for (const part of pattern.match(/\\?./gs) ?? []) {
    const isAlone = (part === ']' && !isInClass) || (part === '}' && depth === 0);
    const isLiteral = isAlone || (!isInClass && /^[()|"+@]$/.test(part));
    escaped += isLiteral ? `\\${part}` : part;
    if (part === '[') isInClass = true;
    else if (part === ']') isInClass = false;
    else if (part === '{' && !isInClass) depth++;
    else if (part === '}' && !isInClass && depth > 0) depth--;
  }
  return isInClass || depth > 0 ? null : escaped;
}

function malformed(file: string, place: Diagnostic['place']): Diagnostic {
  return problem('file/bad-pattern', `${file} is not a pattern`, {
    place,
    hint: 'each [ and { needs its ] and }, unless \\ is in front of it; .. cannot be in a pattern',
  });
}

function removesFromNothing([first]: readonly NamedFile[], document: ConfigDocument): readonly Diagnostic[] {
  if (first === undefined || !readListed(first.file).isExclusion) return [];
  return [
    problem('file/bad-pattern', `${first.file} removes from what is named before it, and that is nothing`, {
      place: document.place(first.path),
      hint: 'put it behind what it removes from; \\! in front names a file that begins with !',
    }),
  ];
}
