import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../../base/diagnostic.ts';
import { writeFileAtomically } from '../../base/json-file.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import type { Failure, Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';

/** Beside pipeline.yaml, and in git with it. */
export const lockFile = 'pipeline.lock';

/** What stages decided when they were last built, by name; a stage decides the same again as long as it can. */
export interface CutLocks {
  /** Null where nothing is kept; fails where the file cannot be read. */
  readonly of: (stage: string) => Result<JsonObject | null>;
}

/** For a run that is to decide anew. */
export const noLocks: CutLocks = { of: () => success(null) };

type Decisions = { readonly [stage: string]: JsonObject };

/** The locks of a project; its file is read when one is first asked for. */
export function openLocks(project: string): CutLocks {
  let read: Result<Decisions> | null = null;
  return {
    of(stage) {
      read ??= readLocks(project);
      if (!read.ok) return read;
      return success(Object.hasOwn(read.value, stage) ? (read.value[stage] ?? null) : null);
    },
  };
}

/** Keeps what a stage decided; says whether that is new. Other stages' entries stay. */
export function keepLock(project: string, stage: string, decided: JsonObject): boolean {
  const before = readLocks(project);
  if (!before.ok) return false;
  const stages = { ...before.value, [stage]: decided };
  const text = `${JSON.stringify({ version: 1, stages }, null, 2)}\n`;
  const path = join(project, lockFile);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  writeFileAtomically(path, text);
  return true;
}

function readLocks(project: string): Result<Decisions> {
  const path = join(project, lockFile);
  if (!existsSync(path)) return success({});
  try {
    const { version, stages } = JSON.parse(readFileSync(path, 'utf8')) as {
      version?: Json;
      stages?: Decisions;
    };
    if (version === 1 && typeof stages === 'object') return success(stages);
    return unreadable('it is not of version 1');
  } catch (error) {
    return unreadable((error as Error).message);
  }
}

function unreadable(why: string): Failure {
  return failure(
    problem('config/bad-lock', `${lockFile} cannot be read: ${why}`, {
      place: { file: lockFile, line: 1, column: 1 },
      hint: 'restore it from git, or delete it: cuts are then chosen anew',
    }),
  );
}
