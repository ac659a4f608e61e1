import { lstat, mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Deployment } from '../deployment.ts';
import { signDeployment } from '../deployment.ts';
import { emulatedKeyFile } from '../key-files.ts';
import type { ClusterKey } from '../keys.ts';
import { readOrMakeKey } from '../keys.ts';
import { incomingSeconds, outdatedPackages } from '../old-packages.ts';
import type { Package } from '../package/directory.ts';
import { writePackage } from '../package/directory.ts';
import { Refusal } from '../../base/refusal.ts';
import {
  listPackages,
  listUnfinished,
  packageDirectory,
  readDeployment,
  readStoredPackage,
} from './state.ts';

/**
 * Puts a package on an emulated board unless it has an intact copy; returns whether it was sent. A damaged copy is
 * replaced. Even if this is killed, the board sees either the whole package or none.
 */
export async function storePackage(directory: string, board: string, found: Package): Promise<boolean> {
  if (await isIntact(directory, board, found.id)) return false;
  const kept = packageDirectory(directory, found.id);
  const incoming = packageDirectory(directory, `.incoming-${found.id}`);
  await rm(incoming, { recursive: true, force: true });
  await makeRoom(directory);
  await writePackage(incoming, found);
  await rm(kept, { recursive: true, force: true });
  await rename(incoming, kept);
  return true;
}

/**
 * The key of a project's emulated boards; `boardsDir` holds their state. It is made when it is first needed, and again if it is
 * damaged: no one else has it.
 */
export async function emulatedKey(boardsDir: string): Promise<ClusterKey> {
  const path = emulatedKeyFile(boardsDir);
  try {
    return await readOrMakeKey(path);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await rm(path, { recursive: true, force: true });
    return readOrMakeKey(path);
  }
}

/** Atomically makes this the board's deployment, signed with its key. */
export async function storeDeployment(
  directory: string,
  board: string,
  deployment: Deployment,
  key: ClusterKey,
): Promise<void> {
  if (await holds(directory, board, deployment, key)) return;
  await makeRoom(directory);
  await mkdir(directory, { recursive: true });
  const incoming = join(directory, '.incoming-deployment.json');
  await writeFile(incoming, signDeployment(deployment, key), { flush: true });
  await rename(incoming, join(directory, 'deployment.json'));
}

/**
 * Removes what an emulated board need not keep: packages outside of `deployed`, except the `keep` most recently deployed
 * ones, and old unfinished transfers. `now` is in seconds since 1970. Returns the ids of the removed packages.
 */
export async function removeOldPackages(
  directory: string,
  deployed: readonly string[],
  keep: number,
  now: number,
): Promise<readonly string[]> {
  for (const id of deployed) await utimes(packageDirectory(directory, id), now, now);
  const aged = await Promise.all(
    (await listPackages(directory)).map(async (id) => ({ id, at: await changedAt(directory, id) })),
  );
  const newestFirst = aged.sort((a, b) => b.at - a.at).map(({ id }) => id);
  const old = outdatedPackages(newestFirst, new Set(deployed), keep);
  for (const name of [...old, ...(await listUnfinished(directory))]) {
    const isOld = old.includes(name) || (await changedAt(directory, name)) < now - incomingSeconds;
    if (isOld) await rm(packageDirectory(directory, name), { recursive: true, force: true });
  }
  return old;
}

/** Deletes what is of another kind than it should be in the folder of a board: only damage can make it so. */
async function makeRoom(directory: string): Promise<void> {
  for (const folder of [dirname(directory), directory, join(directory, 'packages')])
    if ((await kindOf(folder)) === 'other') await rm(folder, { force: true });
  for (const file of ['deployment.json', '.incoming-deployment.json'])
    if ((await kindOf(join(directory, file))) === 'folder')
      await rm(join(directory, file), { recursive: true, force: true });
}

async function kindOf(path: string): Promise<'folder' | 'other' | 'none'> {
  try {
    return (await lstat(path)).isDirectory() ? 'folder' : 'other';
  } catch {
    return 'none';
  }
}

/** Seconds since 1970. */
async function changedAt(directory: string, name: string): Promise<number> {
  return (await stat(packageDirectory(directory, name))).mtimeMs / 1000;
}

async function isIntact(directory: string, board: string, id: string): Promise<boolean> {
  return (await orRefused(readStoredPackage(directory, board, id))) !== null;
}

async function holds(
  directory: string,
  board: string,
  { deployment }: Deployment,
  key: ClusterKey,
): Promise<boolean> {
  return (await orRefused(readDeployment(directory, board, key)))?.deployment === deployment;
}

// Missing or damaged copies are replaced below.
async function orRefused<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
