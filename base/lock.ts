import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject } from './json.ts';
import type { Liveness, ProcessIdentity } from './process-identity.ts';
import { identityOf, isProcessIdentity, livenessOf } from './process-identity.ts';
import { removeTree } from './remove-tree.ts';
import { readSealed, sealed, unsealed } from './sealed.ts';
import type { SignOfLife } from './sign-of-life.ts';
import { giveSignOfLife, seesSignOfLife } from './sign-of-life.ts';
import { randomHex } from './random-hex.ts';

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
  const present = holderOf(path);
  if (isTaken(present)) return { type: 'taken', by: present };
  const id = randomHex(8);
  const draft = `${path}.${id}.draft`;
  const life = giveSignOfLife(`${path}.${id}`);
  const own: Contents = { id, host: hostname(), process: identityOf(process.pid) };
  let isHeld = false;
  try {
    writeFileSync(draft, sealed(what, own), { flag: 'wx' });
    // Whatever the user's setting: who cannot read it cannot see that its owner lives.
    chmodSync(draft, 0o644);
    for (let inherited = false; ; inherited = true) {
      // A link is made whole or not at all, so no one ever reads a lock without its owner.
      isHeld = linked(draft, path);
      if (isHeld) return { type: 'held', inherited, release: releasing(path, id, life) };
      const holder = holderOf(path);
      const by = isTaken(holder) ? holder : removeDead(path);
      if (by !== null) return { type: 'taken', by };
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
  const holder = holderOf(path);
  if (typeof holder === 'string') return holder === 'none' ? 'free' : 'dead';
  return holder.liveness;
}

interface Contents {
  readonly id: string;
  readonly host: string;
  readonly process: ProcessIdentity;
}

const what = 'lock';

type KnownOwner = Owner & { readonly liveness: Liveness };

/** What is at the path of a lock. No living owner's lock is damaged: it is complete before it gets its name. */
function holderOf(lock: string): KnownOwner | 'none' | 'damaged' {
  const found = contentsAt(lock);
  if (typeof found === 'string') return found;
  const { text, since } = found;
  const stored = unsealed(what, text);
  if (!isJsonObject(stored)) return 'damaged';
  const { id, host, process: owner } = stored as Partial<Readonly<Record<keyof Contents, unknown>>>;
  if (typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id)) return 'damaged';
  if (typeof host !== 'string' || !isProcessIdentity(owner)) return 'damaged';
  const liveness = isAlive(owner, `${lock}.${id}`);
  return { pid: owner.pid, host, since, isElsewhere: liveness === 'unknown', liveness };
}

function contentsAt(lock: string): { readonly text: string; readonly since: number } | 'none' | 'damaged' {
  let file: number;
  try {
    file = openSync(lock, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'none';
    // Anything else, such as too many open files, says nothing about the owner.
    if (['ELOOP', 'ENXIO', 'EACCES'].includes(code)) return 'damaged';
    throw error;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > mostBytes) return 'damaged';
    return { text: readFileSync(file, 'utf8'), since: stat.mtimeMs };
  } finally {
    closeSync(file);
  }
}

/** More than any lock has. */
const mostBytes = 64 * 1024;

function isTaken(holder: ReturnType<typeof holderOf>): holder is KnownOwner {
  return typeof holder !== 'string' && holder.liveness !== 'dead';
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

/**
 * Deletes a dead owner's lock. Two contenders must not do that at once: the slower one would delete the lock that the faster
 * one has made meanwhile. The owner of the right to do it if another process has it, else null.
 */
function removeDead(lock: string): Owner | null {
  const right = acquireLock(`${lock}.removal`);
  if (right.type === 'taken') return right.by;
  try {
    const holder = holderOf(lock);
    if (holder === 'none' || isTaken(holder)) return null;
    forgetSignsOfLife(lock);
    removeTree(lock);
    return null;
  } finally {
    right.release();
  }
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
