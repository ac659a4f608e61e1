import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../../base/diagnostic.ts';
import { writeFileAtomically } from '../../base/json-file.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { Failure, Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';

/** Next to pipeline.yaml, and committed to git with it. */
const lockFile = 'pipeline.lock';

/** The decisions of stages when last built, by name; a stage repeats its decision as long as it can. */
export interface CutLocks {
  /** Null if there is none; fails if the file cannot be read. */
  readonly of: (stage: string) => Result<JsonObject | null>;
}

/** For a run that is to decide again. */
export const noLocks: CutLocks = { of: () => success(null) };

type Decisions = { readonly [stage: string]: JsonObject };

/** The locks of a project; the file is read on first use. */
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

/** Keeps the decision of a stage; returns whether it is new. Other stages' entries stay. */
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
      stages?: Json;
    };
    if (version === 1 && isJsonObject(stages) && Object.values(stages).every(isJsonObject))
      return success(stages as Decisions);
    return unreadable('its version is not 1');
  } catch (error) {
    return unreadable((error as Error).message);
  }
}

function unreadable(why: string): Failure {
  return failure(
    problem('config/bad-lock', `${lockFile} cannot be read: ${why}`, {
      place: { file: lockFile, line: 1, column: 1 },
      hint: 'restore it from git, or delete it to choose new cuts',
    }),
  );
}
