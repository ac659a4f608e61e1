import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { RunningProcess } from './processes.ts';
import { runningProcess, runningProcesses } from './processes.ts';

/** The environment variable that every process of a job inherits, whatever group or session it moves to. */
export const jobVariable = 'PIPELINE_JOB';

/** The processes of a job that carry its token, by number. */
export function processesWithToken(token: string): readonly number[] {
  return runningProcesses().flatMap(({ pid }) => (hasToken(pid, token) ? [pid] : []));
}

/**
 * The processes of a job whose first process was `leader`, by number: those that carry its token, and those of its session,
 * which may have cleared their environment. Older processes than the leader cannot be the job's.
 */
export function processesOfJob(leader: RunningProcess, token: string): readonly number[] {
  const now = runningProcess(leader.pid);
  // A number is given to a new process only once no member of the session is left.
  const isGivenAway = now !== null && now.started !== leader.started;
  return runningProcesses().flatMap(({ pid, session, started }) => {
    if (started < leader.started) return [];
    const isMember = !isGivenAway && session === leader.pid;
    return isMember || hasToken(pid, token) ? [pid] : [];
  });
}

/** A process that has a file open for writing. */
export interface Writer {
  readonly pid: number;
  /** Absolute path. */
  readonly path: string;
}

/**
 * A process of this user, not older than `since` (clock ticks since boot), that has a file below a folder open for writing;
 * null if there is none.
 */
export function writerBelow(folder: string, since: number): Writer | null {
  for (const { pid, started } of runningProcesses()) {
    if (pid === process.pid || started < since) continue;
    for (const file of openFiles(pid)) {
      const path = targetOf(pid, file);
      if (path?.startsWith(`${folder}/`) === true && isOpenForWriting(pid, file)) return { pid, path };
    }
  }
  return null;
}

function hasToken(pid: number, token: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${jobVariable}=${token}`);
  } catch {
    return false;
  }
}

function openFiles(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function targetOf(pid: number, file: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/fd/${file}`);
  } catch {
    return null;
  }
}

function isOpenForWriting(pid: number, file: string): boolean {
  try {
    const [, flags = '0'] =
      /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${file}`, 'latin1')) ?? [];
    return (Number.parseInt(flags, 8) & accessMode) !== 0;
  } catch {
    return false;
  }
}

/** O_ACCMODE: 0 for reading only. */
const accessMode = 3;
