import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { startOf } from './process-stat.ts';
import type { RunningProcess } from './processes.ts';
import { processesSince, runningProcess, runningProcesses } from './processes.ts';
import { randomHex } from './random-hex.ts';

/** The environment variable that every process of a job inherits, whatever group or session it moves to. */
export const jobVariable = 'PIPELINE_JOB';

/** A name for a job that no other one has: 32 hexadecimal digits from a random source. */
export function newToken(): string {
  return randomHex(16);
}

/**
 * Finds the processes of a job of which nothing but its token is known, by number: those that carry it, and those in a session
 * that such a process leads or led when it was last seen, which may have cleared their environment.
 */
export function findingByToken(token: string): () => readonly number[] {
  const sessions = new Set<number>();
  return () => {
    const running = runningProcesses();
    // The kernel's own threads are in no session, and have no environment.
    const carriers = new Set(
      running.flatMap(({ pid, session }) => (session !== 0 && hasToken(pid, token) ? [pid] : [])),
    );
    for (const { pid, session } of running) if (pid === session && carriers.has(pid)) sessions.add(session);
    return running.flatMap(({ pid, session }) => (carriers.has(pid) || sessions.has(session) ? [pid] : []));
  };
}

/** What runs of a job on this machine. */
export interface JobProcesses {
  /** The numbers of its processes. */
  readonly members: () => readonly number[];
  /** The processes that were looked at last: none of them is older than the job. */
  readonly candidates: () => readonly RunningProcess[];
}

/**
 * The processes of a job that has just been started: `pid` is its first one, in a session of its own; undefined if it could
 * not be started. They carry its token, or are in its session, and may then have cleared their environment.
 */
export function processesOfJob(pid: number | undefined, token: string): JobProcesses {
  // A short one may have ended already; its number is its own until this program hears of that.
  const started = pid === undefined ? null : startOf(pid);
  const leader = pid === undefined || started === null ? null : { pid, started: Number(started) };
  const byToken = findingByToken(token);
  let candidates: readonly RunningProcess[] = [];
  return {
    members() {
      // It could not be started.
      if (leader === null) return byToken();
      candidates = processesSince(leader);
      return membersAmong(candidates, leader, token);
    },
    candidates: () => candidates,
  };
}

function membersAmong(
  processes: readonly RunningProcess[],
  leader: Pick<RunningProcess, 'pid' | 'started'>,
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
      const path = targetOf(`/proc/${pid}/fd/${file}`);
      if (path?.startsWith(`${folder}/`) === true && isOpenForWriting(pid, file)) return { pid, path };
    }
  }
  return null;
}

/** The number of a process that works in a folder or writes below it; null if none does that can be seen. */
export function processIn(folder: string): number | null {
  const running = runningProcesses();
  const isIn = ({ pid }: RunningProcess): boolean => {
    const place = targetOf(`/proc/${pid}/cwd`);
    return pid !== process.pid && (place === folder || place?.startsWith(`${folder}/`) === true);
  };
  return running.find(isIn)?.pid ?? writerBelow(folder, running)?.pid ?? null;
}

function hasToken(pid: number, token: string): boolean {
  return environmentOf(pid).includes(`${jobVariable}=${token}`);
}

/** Empty for a process of another user, and for one without any. */
function environmentOf(pid: number): readonly string[] {
  try {
    for (let time = 0; time < 5; time++) {
      const text = readFileSync(`/proc/${pid}/environ`, 'latin1');
      if (text !== '') return text.split('\0');
      // While a process becomes another program, it seems to have none.
      Atomics.wait(pause, 0, 0, pauseMilliseconds);
    }
  } catch {
    // It has ended, or is another user's.
  }
  return [];
}

const pause = new Int32Array(new SharedArrayBuffer(4));
const pauseMilliseconds = 2;

function openFiles(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function targetOf(link: string): string | null {
  try {
    return readlinkSync(link);
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
