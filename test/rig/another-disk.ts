import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A fresh folder on another file system than that of temporary folders, deleted after the test; null if there is none. */
export function onAnotherDisk(): string | null {
  if (statSync('/dev/shm', { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  if (statSync('/dev/shm').dev === statSync(tmpdir()).dev) return null;
  const folder = mkdtempSync(join('/dev/shm', 'pipeline-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
