import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { problem } from '../../base/diagnostic.ts';
import { canonicalJson, sha256 } from '../../base/digest.ts';
import { writeFileAtomically } from '../../base/json-file.ts';
import type { JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import { readInputFile } from '../../base/input-file.ts';
import { member } from '../../base/member.ts';
import type { Failure, Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';

/** The decisions of stages when last built, by name; a stage repeats its decision as long as it can. */
export interface CutLocks {
  /** Null if there is none; fails if the file cannot be read. */
  readonly of: (stage: string) => Result<JsonObject | null>;
}

/** For a run that is to decide again. */
export const noLocks: CutLocks = { of: () => success(null) };

type Decisions = { readonly [stage: string]: JsonObject };

/** The locks in a file, which is read on first use. */
export function openLocks(path: string): CutLocks {
  let read: Result<Decisions> | null = null;
  return {
    of(stage) {
      read ??= readLocks(path);
      if (!read.ok) return read;
      return success(member(read.value, stage) ?? null);
    },
  };
}

/** Keeps the decision of a stage. Other stages' entries stay, unless the file cannot be read. */
export function keepLock(path: string, stage: string, decided: JsonObject): void {
  const before = readLocks(path);
  const stages = { ...(before.ok ? before.value : {}), [stage]: decided };
  const text = `${JSON.stringify({ version, checksum: sumOf(stages), stages }, null, 2)}\n`;
  if (!existsSync(path) || readInputFile(path) !== text) writeFileAtomically(path, text);
}

const version = 2;

/** Version 1 had no checksum. */
function readLocks(path: string): Result<Decisions> {
  if (!existsSync(path)) return success({});
  let lock: unknown;
  try {
    const contents = readInputFile(path);
    if (contents === null) return unreadable(path, 'it is not a regular file');
    lock = JSON.parse(contents);
  } catch (error) {
    return unreadable(path, (error as Error).message);
  }
  if (!isJsonObject(lock) || (lock['version'] !== version && lock['version'] !== 1))
    return unreadable(path, `its version is not ${version}`);
  const { stages } = lock;
  if (!isJsonObject(stages) || !Object.values(stages).every(isJsonObject))
    return unreadable(path, 'it does not hold an object per stage');
  if (lock['version'] === version && lock['checksum'] !== sumOf(stages))
    return unreadable(path, 'its contents do not match its checksum');
  return success(stages as Decisions);
}

function sumOf(stages: JsonObject): string {
  return sha256(canonicalJson(stages));
}

function unreadable(path: string, why: string): Failure {
  const file = basename(path);
  return failure(
    problem('config/bad-lock', `${file} cannot be read: ${why}`, {
      place: { file, line: 1, column: 1 },
      hint: 'restore it from git, or choose new cuts with --recut',
    }),
  );
}
