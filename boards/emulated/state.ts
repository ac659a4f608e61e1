import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../base/refusal.ts';
import type { Deployment } from '../deployment.ts';
import { readSignedDeployment } from '../deployment.ts';
import type { ClusterKey } from '../keys.ts';
import type { Package } from '../package/directory.ts';
import { readPackage } from '../package/directory.ts';

/**
 * What a board keeps on its disk: `packages/<id>/` and `deployment.json`. They are read again for every request, because a
 * deploy may change them while the board runs.
 */

/** The folder in which a board keeps the package of this id. */
export function packageDirectory(directory: string, id: string): string {
  return join(directory, 'packages', id);
}

/** Ids of the complete packages; not verified. */
export async function listPackages(directory: string): Promise<readonly string[]> {
  return (await namesOfPackages(directory)).filter((name) => packageId.test(name)).sort();
}

/** Names of the folders of transfers that were not completed. */
export async function listUnfinished(directory: string): Promise<readonly string[]> {
  return (await namesOfPackages(directory)).filter((name) => name.startsWith('.incoming-'));
}

/** The deployment to which this board belongs, signed with its key, or null. */
export async function readDeployment(
  directory: string,
  what: string,
  key: ClusterKey,
): Promise<Deployment | null> {
  const text = await orNull(readFile(join(directory, 'deployment.json'), 'utf8'));
  return text === null ? null : readSignedDeployment(text, what, key);
}

/** The verified package of this id; refuses a missing one with `board/unknown-package`. */
export async function readStoredPackage(directory: string, board: string, id: string): Promise<Package> {
  const stored = packageDirectory(directory, id);
  if (!packageId.test(id) || (await orNull(access(stored))) === null)
    throw new Refusal(
      'board/unknown-package',
      `${board} does not hold package ${id.slice(0, 12)}`,
      'deploy first',
    );

  return readPackage(stored, `package ${id.slice(0, 12)} on ${board}`, id);
}

// Ids come over the wire and become part of a path.
const packageId = /^[0-9a-f]{64}$/;

/** A board that never received a package has no folder for them. */
async function namesOfPackages(directory: string): Promise<readonly string[]> {
  return (await orNull(readdir(join(directory, 'packages')))) ?? [];
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    // What is of another kind than it should be was damaged, and is not there.
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
