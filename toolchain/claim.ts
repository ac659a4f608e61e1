import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessIdentity } from '../base/process-identity.ts';
import { isAlive, startOf } from '../base/process-identity.ts';
import { readJson } from '../base/json-file.ts';
import type { Lock } from '../base/lock.ts';
import { acquireLock } from '../base/lock.ts';
import { endGroup } from '../base/process-group.ts';

/** The right of one process at a time to install into a folder. */
export interface Claim {
  /** Records a process that works for the owner, so that the next owner can end it if this one is killed. */
  readonly noteChild: (pid: number) => void;
  readonly release: () => void;
}

/**
 * Waits until no one else installs into the folder; calls `onWait` with the process that does. Processes that a killed owner
 * left running are ended first. Null if `signal` came before.
 */
export async function claimFolder(
  folder: string,
  signal: AbortSignal,
  onWait: (pid: number) => void,
): Promise<Claim | null> {
  const child = join(folder, 'child.json');
  const lock = await waitForLock(join(folder, 'lock'), signal, onWait);
  if (lock === null) return null;
  if (lock.inherited) await endChild(child);
  return {
    noteChild(pid) {
      writeFileSync(child, JSON.stringify({ pid, started: startOf(pid) } satisfies ProcessIdentity));
    },
    release() {
      rmSync(child, { force: true });
      lock.release();
    },
  };
}

type Held = Extract<Lock, { readonly type: 'held' }>;

async function waitForLock(
  file: string,
  signal: AbortSignal,
  onWait: (pid: number) => void,
): Promise<Held | null> {
  let waitsFor: number | null = null;
  while (!signal.aborted) {
    const lock = acquireLock(file);
    if (lock.type === 'held') return lock;
    if (lock.by.pid !== waitsFor) onWait(lock.by.pid);
    waitsFor = lock.by.pid;
    await delay(pollMilliseconds, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

const pollMilliseconds = 200;

async function endChild(file: string): Promise<void> {
  const child = readJson(file) as ProcessIdentity | null;
  // If the system does not report when a process was started, the number may belong to another one by now.
  if (child !== null && child.started !== null && isAlive(child)) await endGroup(child.pid);
}
