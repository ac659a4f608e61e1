import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Paths, relative to `root` and sorted folder by folder, of everything at or below `path` that is not a folder. Links to
 * folders are followed, loops of them end; empty folders are left out. `path` is '' for the root itself.
 */
export function filesBelow(
  root: string,
  path: string,
  isLeftOut: (path: string) => boolean = () => false,
  ancestors: readonly string[] = [],
): readonly string[] {
  const absolute = join(root, path);
  if (statSync(absolute, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const real = realpathSync(absolute);
  if (ancestors.includes(real)) return [];
  return readdirSync(absolute)
    .sort()
    .map((name) => (path === '' ? name : `${path}/${name}`))
    .filter((below) => !isLeftOut(below))
    .flatMap((below) => filesBelow(root, below, isLeftOut, [...ancestors, real]));
}
