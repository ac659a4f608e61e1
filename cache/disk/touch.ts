import { utimesSync } from 'node:fs';

/**
 * Marks a record or blob as used now, which protects it from being collected. `refused`: it belongs to another user, or the
 * disk is read-only. `now` in ms since 1970.
 */
export function touch(path: string, now: number): 'touched' | 'gone' | 'refused' {
  const used = new Date(now);
  try {
    utimesSync(path, used, used);
    return 'touched';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'refused';
  }
}
