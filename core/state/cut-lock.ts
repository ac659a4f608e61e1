import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { writeFileAtomically } from '../../base/json-file.ts';

/** Beside pipeline.yaml, and in git with it. */
export const lockFile = 'pipeline.lock';

/** What stages decided when they were last built, by name; a stage decides the same again as long as it can. */
export interface CutLocks {
  readonly of: (stage: string) => JsonObject | Diagnostic | null;
}

/** For a run that is to decide anew. */
export const noLocks: CutLocks = { of: () => null };

/** The locks of a project; its file is read when one is first asked for. */
export function openLocks(project: string): CutLocks {
  let read: { readonly [stage: string]: JsonObject } | Diagnostic | null = null;
  return {
    of(stage) {
      read ??= readLocks(project);
      if (isDiagnostic(read)) return read;
      return Object.hasOwn(read, stage) ? read[stage]! : null;
    },
  };
}

/** Keeps what a stage decided; says whether that is new. Other stages' entries stay. */
export function keepLock(project: string, stage: string, decided: JsonObject): boolean {
  const before = readLocks(project);
  if (isDiagnostic(before)) return false;
  const stages = { ...before, [stage]: decided };
  const text = `${JSON.stringify({ version: 1, stages }, null, 2)}\n`;
  const path = join(project, lockFile);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  writeFileAtomically(path, text);
  return true;
}

function readLocks(project: string): { readonly [stage: string]: JsonObject } | Diagnostic {
  const path = join(project, lockFile);
  if (!existsSync(path)) return {};
  try {
    const { version, stages } = JSON.parse(readFileSync(path, 'utf8')) as {
      version?: Json;
      stages?: { readonly [stage: string]: JsonObject };
    };
    if (version === 1 && typeof stages === 'object') return stages;
    return unreadable('it is not of version 1');
  } catch (error) {
    return unreadable((error as Error).message);
  }
}

function unreadable(why: string): Diagnostic {
  return {
    code: 'config/bad-lock',
    severity: 'error',
    message: `${lockFile} cannot be read: ${why}`,
    place: { file: lockFile, line: 1, column: 1 },
    hint: 'take it from git again, or delete it: cuts are then chosen anew',
  };
}

function isDiagnostic(value: object): value is Diagnostic {
  return 'severity' in value;
}
