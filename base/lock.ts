import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject } from './json.ts';
import type { Liveness, ProcessIdentity } from './process-identity.ts';
import { identityOf, isProcessIdentity, livenessOf } from './process-identity.ts';
import { removeTree } from './remove-tree.ts';
import { readSealed, sealed } from './sealed.ts';
import type { SignOfLife } from './sign-of-life.ts';
import { giveSignOfLife, seesSignOfLife } from './sign-of-life.ts';

/** The owner of a lock, for people. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When it took the lock, in ms since 1970. */
  readonly since: number;
  /** It runs where this cannot be checked: on another machine, or in a container that cannot be seen from here. */
  readonly isElsewhere: boolean;
}

export type Lock =
  /** `inherited`: the last owner died without releasing it. */
  | { readonly type: 'held'; readonly inherited: boolean; readonly release: () => void }
  | { readonly type: 'taken'; readonly by: Owner };

export type HeldLock = Extract<Lock, { readonly type: 'held' }>;

/** Lets one process at a time work in a folder; takes over a dead owner's lock at once, and never one that may be alive. */
export function acquireLock(path: string): Lock {
  mkdirSync(dirname(path), { recursive: true });
  const present = ownerOf(path);
  if (present !== null && present.liveness !== 'dead') return { type: 'taken', by: present };
  const id = randomBytes(8).toString('hex');
  const draft = `${path}.${id}.draft`;
  const life = giveSignOfLife(`${path}.${id}`);
  const own: Contents = { id, host: hostname(), process: identityOf(process.pid) };
  writeFileSync(draft, sealed(what, own), { flag: 'wx' });
  let isHeld = false;
  try {
    for (let inherited = false; ; inherited = true) {
      // A link is made whole or not at all, so no one ever reads a lock without its owner.
      isHeld = linked(draft, path);
      if (isHeld) return { type: 'held', inherited, release: releasing(path, id, life) };
      const owner = ownerOf(path);
      if (owner !== null && owner.liveness !== 'dead') return { type: 'taken', by: owner };
      moveAside(path, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
    if (!isHeld) life.end();
  }
}

/** As `acquireLock`, but waits for other owners, calling `onWait` for each; null if `signal` came before. */
export async function waitForLock(
  path: string,
  signal: AbortSignal,
  onWait: (owner: Owner) => void,
): Promise<HeldLock | null> {
  let waitsFor: Owner | null = null;
  while (!signal.aborted) {
    const lock = acquireLock(path);
    if (lock.type === 'held') return lock;
    const { pid, since } = lock.by;
    if (pid !== waitsFor?.pid || since !== waitsFor.since) onWait(lock.by);
    waitsFor = lock.by;
    await delay(pollMilliseconds, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

const pollMilliseconds = 200;

/** The owner of the lock: alive, unknown, dead without having released it, or none. A damaged lock is a dead owner's. */
export function lockState(path: string): Liveness | 'free' {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return 'free';
  return ownerOf(path)?.liveness ?? 'dead';
}

interface Contents {
  readonly id: string;
  readonly host: string;
  readonly process: ProcessIdentity;
}

const what = 'lock';

/** The owner in a lock, which may have been moved to another path; null if there is none, or it is damaged. */
function ownerOf(lock: string, path = lock): (Owner & { readonly liveness: Liveness }) | null {
  const stored = readSealed(path, what);
  if (!isJsonObject(stored)) return null;
  const { id, host, process: owner } = stored as Partial<Readonly<Record<keyof Contents, unknown>>>;
  if (typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id)) return null;
  if (typeof host !== 'string' || !isProcessIdentity(owner)) return null;
  const liveness = isAlive(owner, `${lock}.${id}`);
  const since = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return { pid: owner.pid, host, since, isElsewhere: liveness === 'unknown', liveness };
}

function isAlive(owner: ProcessIdentity, signOfLife: string): Liveness {
  const liveness = livenessOf(owner);
  const isOnThisKernel = owner.boot === identityOf(process.pid).boot;
  return liveness === 'unknown' && isOnThisKernel ? seesSignOfLife(signOfLife) : liveness;
}

function releasing(path: string, id: string, life: SignOfLife): () => void {
  return () => {
    const stored = readSealed(path, what);
    if (isJsonObject(stored) && stored['id'] === id) rmSync(path, { force: true });
    life.end();
  };
}

/** Moves a dead owner's lock away; puts it back if another contender was faster and the lock is a living one's by now. */
function moveAside(lock: string, stale: string): void {
  try {
    renameSync(lock, stale);
  } catch {
    return;
  }
  const moved = ownerOf(lock, stale);
  if (moved !== null && moved.liveness !== 'dead') linked(stale, lock);
  else forgetSignsOfLife(lock);
  removeTree(stale);
}

/** Deletes what dead owners left beside the lock. */
function forgetSignsOfLife(lock: string): void {
  const left = new RegExp(`^${basename(lock)}\\.[0-9a-f]{16}$`);
  for (const name of readdirSync(dirname(lock))) {
    const path = join(dirname(lock), name);
    if (left.test(name) && seesSignOfLife(path) === 'dead') rmSync(path, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
