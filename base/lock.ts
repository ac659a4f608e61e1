import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';
import { isAlive, startOf } from './process-identity.ts';
import { readJson } from './json-file.ts';

export type Lock =
  /** `inherited`: the last owner died without releasing it. */
  | { readonly type: 'held'; readonly inherited: boolean; readonly release: () => void }
  | { readonly type: 'taken'; readonly by: ProcessIdentity };

/** Lets one process at a time execute actions in a project; takes over a dead owner's lock at once. */
export function acquireLock(path: string): Lock {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  const own: ProcessIdentity = { pid: process.pid, started: startOf(process.pid) };
  writeFileSync(draft, JSON.stringify(own));
  try {
    for (let inherited = false; ; inherited = true) {
      // A link is made whole or not at all, so no one ever reads a lock without its owner.
      if (linked(draft, path))
        return {
          type: 'held',
          inherited,
          release: () => {
            rmSync(path, { force: true });
          },
        };
      const owner = readJson(path) as ProcessIdentity | null;
      if (owner !== null && isAlive(owner)) return { type: 'taken', by: owner };
      moveAside(path, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The owner of the lock: alive, dead without having released it, or none. */
export function lockState(path: string): 'alive' | 'dead' | 'free' {
  const owner = readJson(path) as ProcessIdentity | null;
  return owner === null ? 'free' : isAlive(owner) ? 'alive' : 'dead';
}

/** Moves a dead owner's lock away; puts it back if another contender was faster and the lock is a living one's by now. */
function moveAside(lock: string, stale: string): void {
  try {
    renameSync(lock, stale);
  } catch {
    return;
  }
  const moved = readJson(stale) as ProcessIdentity | null;
  if (moved !== null && isAlive(moved)) linked(stale, lock);
  rmSync(stale, { force: true });
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
