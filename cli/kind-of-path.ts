import type { Stats } from 'node:fs';
import { statSync } from 'node:fs';

/** The kind of file at a path that a user wrote; null if there is none, the path is invalid, or it cannot be read. */
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
