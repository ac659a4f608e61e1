import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { entryAt } from '../../base/entry-at.ts';
import type { Digest } from '../../base/digest.ts';
import { bestEffort } from '../../base/json-file.ts';
import { isMachineFailure } from '../../base/machine-failure.ts';
import { isJsonObject } from '../../base/json.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { readSealed, writeSealed } from '../../base/sealed.ts';
import type { AttemptFolder } from './attempts.ts';
import { attemptAt, finishedJobOf } from './attempts.ts';
import type { Layout } from './layout.ts';
import { fileNameOf } from './layout.ts';
import { randomHex } from '../../base/random-hex.ts';

/**
 * Keeps the folder of a failed attempt for inspection, or until its outputs can be stored; returns its path, relative to the
 * project. If the disk refuses, it stays where it is: an error here must not hide that of the action.
 */
export function keepFailure(layout: Layout, label: string, folder: AttemptFolder): string {
  const kept = failureOf(layout, label).path;
  // An attempt of an earlier run, whose outputs could not be stored once more.
  if (folder.path === kept) return relative(layout.project, kept);
  try {
    removeFailure(kept);
    mkdirSync(layout.failed, { recursive: true });
    renameSync(folder.path, kept);
    return relative(layout.project, kept);
  } catch (error) {
    if (!isMachineFailure(error)) throw error;
    return relative(layout.project, folder.path);
  }
}

/** Notes in the folder of a failed attempt under which profile (null for none) it was made. */
export function noteVariant(folder: AttemptFolder, profile: string | null): void {
  bestEffort(() => {
    writeSealed(variantFile(folder), variantWhat, { profile });
  });
}

/** Writes the script that repeats a failed attempt by hand into its folder, for its owner alone: it holds an environment. */
export function noteScript(folder: AttemptFolder, text: string): void {
  bestEffort(() => {
    rmSync(folder.script, { force: true });
    writeFileSync(folder.script, text, { flag: 'wx', mode: 0o700 });
  });
}

/** The folder of the last failed attempt of an action, which may not exist. */
export function failureOf({ failed }: Layout, label: string): AttemptFolder {
  return attemptAt(join(failed, fileNameOf(label)));
}

/** The last attempt of an action, if its job ended well under this fingerprint but its outputs could not be stored; else null. */
export function unstoredAttempt(layout: Layout, label: string, fingerprint: Digest): AttemptFolder | null {
  const folder = failureOf(layout, label);
  return finishedJobOf(folder)?.fingerprint === fingerprint ? folder : null;
}

/** Called when the action runs again, or has a result. */
export function forgetFailure(layout: Layout, label: string): void {
  if (!existsSync(layout.failed)) return;
  try {
    removeFailure(failureOf(layout, label).path);
  } catch (error) {
    if (!isMachineFailure(error)) throw error;
  }
}

/**
 * The folders of failed attempts that no one is likely to look at any more, as absolute paths: those of actions that no longer
 * exist, those from before a time in ms since 1970, and those that could not be deleted when they were replaced. An attempt
 * whose outputs can still be stored is kept.
 */
export function oldFailures(
  { failed }: Layout,
  exists: (label: string) => boolean,
  before: number,
): readonly string[] {
  if (entryAt(failed)?.isDirectory() !== true) return [];
  return readdirSync(failed)
    .filter((name) => {
      const path = join(failed, name);
      if (replaced.test(name) || !exists(name.replaceAll('~', '/'))) return true;
      return lstatSync(path).mtimeMs < before && finishedJobOf(attemptAt(path)) === null;
    })
    .map((name) => join(failed, name));
}

/**
 * The folders of failed attempts, as absolute paths, that runs with this profile (null for none) made of actions that no longer
 * exist. An attempt whose outputs can still be stored is none, nor one of which it is not known who made it.
 */
export function orphanedFailures(
  { failed }: Layout,
  profile: string | null,
  exists: (label: string) => boolean,
): readonly string[] {
  if (entryAt(failed)?.isDirectory() !== true) return [];
  return readdirSync(failed)
    .filter((name) => !exists(name.replaceAll('~', '/')))
    .map((name) => attemptAt(join(failed, name)))
    .filter((folder) => {
      const noted =
        entryAt(folder.path)?.isDirectory() === true ? readSealed(variantFile(folder), variantWhat) : null;
      return isJsonObject(noted) && noted['profile'] === profile && finishedJobOf(folder) === null;
    })
    .map(({ path }) => path);
}

const variantWhat = 'variant of a failed attempt';

function variantFile({ path }: AttemptFolder): string {
  return join(path, 'variant.json');
}

const replaced = /\.[0-9a-f]{8}$/;

/** What cannot be deleted, such as files of another user that a container made, is moved out of the way. */
function removeFailure(path: string): void {
  try {
    removeTree(path);
  } catch (error) {
    if (!isMachineFailure(error)) throw error;
    renameSync(path, `${path}.${randomHex(4)}`);
  }
}
