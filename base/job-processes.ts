import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { RunningProcess } from './processes.ts';
import { runningProcess, runningProcesses } from './processes.ts';

/** The environment variable that every process of a job inherits, whatever group or session it moves to. */
export const jobVariable = 'PIPELINE_JOB';

/** The processes of a job that carry its token, by number. */
export function processesWithToken(token: string): readonly number[] {
  return runningProcesses().flatMap(({ pid }) => (hasToken(pid, token) ? [pid] : []));
}

/** The processes that are not older than another one: only these can have been started by it. */
export function notOlderThan({ started: since }: RunningProcess): readonly RunningProcess[] {
  return runningProcesses().filter(({ started }) => started >= since);
}

/**
 * Those of `processes` that belong to the job whose first process was `leader`, by number: they carry its token, or are in its
 * session, and may then have cleared their environment.
 */
export function processesOfJob(
  processes: readonly RunningProcess[],
  leader: RunningProcess,
  token: string,
): readonly number[] {
  const now = runningProcess(leader.pid);
  // A number is given to a new process only once no member of the session is left.
  const isGivenAway = now !== null && now.started !== leader.started;
  return processes.flatMap(({ pid, session }) => {
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

/** The first of `processes` that has a file below a folder open for writing, if it is this user's; null if none has. */
export function writerBelow(folder: string, processes: readonly RunningProcess[]): Writer | null {
  for (const { pid } of processes) {
    if (pid === process.pid) continue;
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
