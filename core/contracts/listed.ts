import { normalize } from 'node:path';

/** An entry of a list of files. */
export interface Listed {
  /** It removes what earlier entries named. */
  readonly isExclusion: boolean;
  /** What it names: a path, or a pattern if it holds `*`, `?`, `[` or `{`. Without `./` in front and `/` behind. */
  readonly what: string;
  readonly isPattern: boolean;
  /** The paths that it would name if its characters had no meaning, or fewer of them had. */
  readonly verbatim: readonly string[];
}

/** Reads an entry: `!` in front removes, `\` takes the meaning from the character behind it. */
export function readListed(text: string): Listed {
  const isExclusion = text.startsWith('!');
  const written = pathOf(isExclusion ? text.slice(1) : text);
  const isPattern = special.test(written);
  return {
    isExclusion,
    what: isPattern ? written : written.replace(/\\(.)/gs, '$1'),
    isPattern,
    verbatim: [
      ...(isExclusion ? [pathOf(text)] : []),
      ...(isPattern || written.includes('\\') ? [written] : []),
    ],
  };
}

/** The deepest folder that everything which matches the pattern is in; '' for that of the project. */
export function folderOf(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => special.test(part)),
  );
  return fixed.join('/').replace(/\\(.)/gs, '$1');
}

const special = /^(?:\\.|[^\\*?[{])*[*?[{]/s;

/** '' for the folder of the project itself. */
function pathOf(text: string): string {
  return normalize(text).replace(/\/$|^\.$/, '');
}
