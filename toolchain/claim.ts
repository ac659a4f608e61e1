import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isProcessIdentity, livenessOf } from '../base/process-identity.ts';
import { readJson } from '../base/json-file.ts';
import { waitForLock } from '../base/lock.ts';
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
  const lock = await waitForLock(join(folder, 'lock'), signal, ({ pid }) => {
    onWait(pid);
  });
  if (lock === null) return null;
  if (lock.inherited) await endChild(child);
  return {
    noteChild(pid) {
      writeFileSync(child, JSON.stringify(identityOf(pid)));
    },
    release() {
      rmSync(child, { force: true });
      lock.release();
    },
  };
}

async function endChild(file: string): Promise<void> {
  const child = readJson(file);
  // If the system does not report when a process was started, the number may belong to another one by now.
  if (isProcessIdentity(child) && child.started !== null && livenessOf(child) === 'alive')
    await endGroup(child.pid);
}
