import type { Stats } from 'node:fs';
import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { isMachineFailure } from '../../base/machine-failure.ts';
import type { CacheFolders } from './folders.ts';

/**
 * Deletes a file of the cache, unless it was used or replaced after it was looked at: it is moved aside, where no one can use
 * it, and looked at again. False if it stays, also because it belongs to another user.
 */
export function withdraw(
  { temporary, making }: CacheFolders,
  path: string,
  isStill: (stat: Stats) => boolean,
): boolean {
  const aside = temporary();
  try {
    making(aside, () => {
      renameSync(path, aside);
    });
  } catch (error) {
    if (!isMachineFailure(error)) throw error;
    return false;
  }
  const isDoomed = isStill(lstatSync(aside));
  if (!isDoomed) putBack(aside, path);
  rmSync(aside, { force: true });
  return isDoomed;
}

/** Unless a new one has been stored under the name meanwhile. */
function putBack(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(aside, path);
  }
}
