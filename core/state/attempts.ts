import {
  closeSync,
  constants,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { entryAt } from '../../base/entry-at.ts';
import { newToken } from '../../base/job-processes.ts';
import type { Digest } from '../../base/digest.ts';
import { bestEffort } from '../../base/json-file.ts';
import type { JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import { readSealed, sealed } from '../../base/sealed.ts';
import { isCost, isDigest, isReport } from '../contracts/record.ts';
import type { AttemptId, Cost, WorkReport } from '../contracts/types.ts';
import type { Layout } from './layout.ts';

/**
 * The folder of one attempt to run an action. Its name is the attempt's id and is never used again; names have equal length,
 * so that a path which reaches a file of fixed size does not change its layout. It is the record of the attempt: whatever is
 * started for it can be found by the id, before and after a kill.
 */
export interface AttemptFolder {
  readonly id: AttemptId;
  /** Absolute path. */
  readonly path: string;
  /** The folder that belongs to the job, which may do anything to it; the other files are beside it. */
  readonly job: string;
  readonly log: string;
  /** Repeats it by hand; only of a failed attempt. */
  readonly script: string;
  /** Space on the disk that is kept free for what comes after the job. */
  readonly reserve: string;
}

/** What an attempt was made for. */
export interface AttemptPurpose {
  /** Label of the action. */
  readonly action: string;
  /** Names of the runners that may have a job of it. */
  readonly runners: readonly string[];
}

/** What a job that ended well reported and took, kept until its outputs are in the store. */
export interface FinishedJob {
  readonly fingerprint: Digest;
  readonly report: WorkReport;
  /** Null if an older program ran it. */
  readonly cost: Cost | null;
}

/** Creates the folder of a new attempt. */
export function createAttempt({ work }: Layout, purpose: AttemptPurpose): AttemptFolder {
  const folder = attemptAt(join(work, newToken()));
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(purposeFile(folder), sealed(whatOf(folder), purpose), { flag: 'wx' });
  return folder;
}

/** The parts of an attempt's folder. */
export function attemptAt(path: string): AttemptFolder {
  return {
    id: basename(path),
    path,
    job: join(path, 'job'),
    log: join(path, 'log'),
    script: join(path, 'run.sh'),
    reserve: join(path, 'reserve'),
  };
}

/** The attempts whose folders are there, with their purposes (null if damaged): running ones, or left by a killed run. */
export function attemptsIn({
  work,
}: Layout): readonly { readonly folder: AttemptFolder; readonly purpose: AttemptPurpose | null }[] {
  if (!isFolder(work)) return [];
  return readdirSync(work)
    .filter((name) => /^[0-9a-f]{32}$/.test(name))
    .map((name) => attemptAt(join(work, name)))
    .map((folder) => ({ folder, purpose: purposeOf(folder) }));
}

/**
 * Called when the job of an attempt has ended well: until its outputs are stored, another run can do that. It is written into
 * the reserve, since the disk may be full.
 */
export function noteFinished(folder: AttemptFolder, finished: FinishedJob): void {
  const contents = Buffer.from(sealed(finishedWhat, finished));
  bestEffort(() => {
    const file = openSync(folder.reserve, constants.O_WRONLY | constants.O_CREAT);
    try {
      writeFileSync(file, contents);
      ftruncateSync(file, contents.length);
    } finally {
      closeSync(file);
    }
    renameSync(folder.reserve, finishedFile(folder));
  });
}

/** Called when its outputs turned out not to be those of a job that ended well. */
export function forgetFinished(folder: AttemptFolder): void {
  rmSync(finishedFile(folder), { force: true });
}

/** What the job of an attempt reported, if it ended well; else null. */
export function finishedJobOf(folder: AttemptFolder): FinishedJob | null {
  // Behind a link there would be files of someone else's.
  if (![folder.path, folder.job].every(isFolder)) return null;
  const stored = readSealed(finishedFile(folder), finishedWhat);
  if (!isJsonObject(stored)) return null;
  const { fingerprint, report, cost } = stored;
  if (!isDigest(fingerprint) || !isReport(report)) return null;
  return { fingerprint, report, cost: isCost(cost) ? cost : null };
}

const finishedWhat = 'finished job';

function finishedFile({ path }: AttemptFolder): string {
  return join(path, 'finished.json');
}

function isFolder(path: string): boolean {
  return entryAt(path)?.isDirectory() === true;
}

function purposeFile({ path }: AttemptFolder): string {
  return join(path, 'attempt.json');
}

function whatOf({ id }: AttemptFolder): string {
  return `purpose of attempt ${id}`;
}

function purposeOf(folder: AttemptFolder): AttemptPurpose | null {
  const stored = readSealed(purposeFile(folder), whatOf(folder));
  return isJsonObject(stored) && isPurpose(stored) ? stored : null;
}

function isPurpose(value: JsonObject): value is JsonObject & AttemptPurpose {
  const { action, runners } = value;
  return (
    typeof action === 'string' &&
    // It becomes the name of a folder.
    /^[A-Za-z][\w./-]*$/.test(action) &&
    Array.isArray(runners) &&
    runners.every((name) => typeof name === 'string')
  );
}
