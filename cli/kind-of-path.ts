import type { Stats } from 'node:fs';
import { statSync } from 'node:fs';

/** What is at a path that a user wrote; null where nothing is, nothing could be, or nobody may look. */
export function kindOfPath(path: string): 'file' | 'folder' | 'other' | null {
  let about: Stats;
  try {
    about = statSync(path);
  } catch {
    return null;
  }
  if (about.isDirectory()) return 'folder';
  return about.isFile() ? 'file' : 'other';
}
