import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A fresh folder that is deleted after the test. */
export function temporaryFolder(): string {
  return disposable(onTestFinished);
}

/** A fresh folder for all tests of a suite, made in its `beforeAll`. */
export function temporaryFolderForSuite(): string {
  return disposable(afterAll);
}

function disposable(whenDone: (dispose: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-test-'));
  whenDone(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A copy of a folder, deleted after the test. */
export function copyOf(original: string): string {
  const folder = temporaryFolder();
  cpSync(original, folder, { recursive: true });
  return folder;
}

/** A project of these files, by relative path. */
export function projectWith(files: { readonly [path: string]: string | Uint8Array }): string {
  const folder = temporaryFolder();
  for (const [path, contents] of Object.entries(files)) writeIn(folder, path, contents);
  return folder;
}

export function writeIn(folder: string, path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), contents);
}
