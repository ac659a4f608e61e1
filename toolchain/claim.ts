import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findingByToken, jobVariable, newToken } from '../base/job-processes.ts';
import { waitForLock } from '../base/lock.ts';
import { endProcesses } from '../base/processes.ts';
import { readSealed, writeSealed } from '../base/sealed.ts';
import type { Variables } from './home.ts';

/** The right of one process at a time to install into a folder. */
export interface Claim {
  /** For every process that works for the owner: by these the next owner can end it if this one is killed. */
  readonly variables: Variables;
  readonly release: () => void;
}

const what = 'token of an installation';

/**
 * Waits until no one else installs into the folder; calls `onWait` with the process that does. Processes that a killed owner
 * left running are ended first. Null if `signal` came before.
 */
export async function claimFolder(
  folder: string,
  signal: AbortSignal,
  onWait: (pid: number) => void,
): Promise<Claim | null> {
  const record = join(folder, 'token');
  const lock = await waitForLock(join(folder, 'lock'), signal, ({ pid }) => {
    onWait(pid);
  });
  if (lock === null) return null;
  const left = readSealed(record, what);
  if (typeof left === 'string') await endProcesses(findingByToken(left));
  // Before anything is started.
  const token = newToken();
  writeSealed(record, what, token);
  return {
    variables: { [jobVariable]: token },
    release() {
      rmSync(record, { force: true });
      lock.release();
    },
  };
}
