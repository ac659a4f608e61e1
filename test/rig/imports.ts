import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { root } from './sources.ts';

/** An import of a source file. */
export interface Import {
  /** A path from the root, or the name of a package. */
  readonly of: string;
  readonly isOwn: boolean;
  /** How it is loaded: with the importing file, only on demand, or not at all because only types are imported. */
  readonly when: 'at once' | 'later' | 'never';
}

/** The imports of a TypeScript file of the project, including types. */
export function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = (pattern: RegExp, when: Import['when']) =>
    [...text.matchAll(pattern)].map(([, from]) => ({ from: from ?? '', when }));
  const written = [
    ...found(/^(?:import|export) (?!type )[^;']*?from '([^']+)'/gm, 'at once'),
    ...found(/^import '([^']+)'/gm, 'at once'),
    ...found(/^(?:import|export) type [^;']*?from '([^']+)'/gm, 'never'),
    ...found(/\bimport\(\s*'([^']+)'/g, 'later'),
  ];
  return written.map(({ from, when }) => {
    const isOwn = from.startsWith('.');
    return { of: isOwn ? normalize(join(dirname(file), from)) : from, isOwn, when };
  });
}
