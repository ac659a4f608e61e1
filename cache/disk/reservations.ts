import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { bestEffort } from '../../base/json-file.ts';
import { acquireLock } from '../../base/lock.ts';
import { isMachineFailure } from '../../base/machine-failure.ts';
import type { Reservation, Reserve } from '../../core/contracts/reservation.ts';

/** Reservations of results, among all runs that use the cache at `root`. `now` in ms since 1970. */
export function reservationsIn(root: string, now: () => number): Reserve {
  return (fingerprint) => {
    const path = join(root, 'locks', fingerprint);
    try {
      const lock = acquireLock(path);
      if (lock.type === 'held') return { type: 'held', release: keptFresh(path, now, lock.release) };
      // A run on another machine may have died unseen.
      return lock.by.isElsewhere && isStale(path, now) ? unprotected : lock;
    } catch (error) {
      // A cache that cannot be written: the result is made without the knowledge of others.
      if (!isMachineFailure(error)) throw error;
      return unprotected;
    }
  };
}

const unprotected: Reservation = { type: 'held', release: () => undefined };

/** How often a run shows that it lives, and after what time without that it is given up, in ms. */
const beat = 60_000;
const patience = 10 * beat;

/** Renews the time stamp of a lock until it is released. */
function keptFresh(path: string, now: () => number, release: () => void): () => void {
  const timer = setInterval(() => {
    bestEffort(() => {
      utimesSync(path, new Date(now()), new Date(now()));
    });
  }, beat).unref();
  return () => {
    clearInterval(timer);
    release();
  };
}

function isStale(path: string, now: () => number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && now() - stat.mtimeMs > patience;
}
