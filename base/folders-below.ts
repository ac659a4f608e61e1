import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Paths, relative to `root`, of the folder at `path` and all below it; none if there is no folder. Links to folders are followed,
 * loops of them end. `path` is '' for the root itself.
 */
export function foldersBelow(
  root: string,
  path: string,
  isLeftOut: (path: string) => boolean,
  ancestors: readonly string[] = [],
): readonly string[] {
  const absolute = join(root, path);
  if (statSync(absolute, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const real = realpathSync(absolute);
  if (ancestors.includes(real)) return [];
  const below = readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => !entry.isFile())
    .map(({ name }) => (path === '' ? name : `${path}/${name}`))
    .filter((folder) => !isLeftOut(folder))
    .flatMap((folder) => foldersBelow(root, folder, isLeftOut, [...ancestors, real]));
  return [path, ...below];
}
