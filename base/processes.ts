import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startField, statOf } from './process-stat.ts';

/** A process that can still act: not a zombie, which a container without an init process keeps for good. */
export interface RunningProcess {
  readonly pid: number;
  readonly session: number;
  /** Start in clock ticks since boot. */
  readonly started: number;
}

/** Every process of this PID namespace, from /proc/PID/stat. */
export function runningProcesses(): readonly RunningProcess[] {
  return readProcesses(() => true);
}

/** The processes that are not older than another one, which may have ended. */
export function processesSince({
  pid,
  started,
}: Pick<RunningProcess, 'pid' | 'started'>): readonly RunningProcess[] {
  const last = lastNumber();
  // Numbers count upwards and start again at the end, but not several times within seconds: so those of older ones need not be read.
  const isRecent = uptimeTicks() - started < recentTicks && last >= pid;
  const read = isRecent ? readProcesses((each) => each >= pid && each <= last) : runningProcesses();
  return read.filter((each) => each.started >= started);
}

function readProcesses(isWanted: (pid: number) => boolean): readonly RunningProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    return Number.isNaN(pid) || !isWanted(pid) ? [] : (runningProcess(pid) ?? []);
  });
}

/** Two seconds, in clock ticks. */
const recentTicks = 200;

/** Since boot, in clock ticks; as if it were long ago if the system does not report it. */
function uptimeTicks(): number {
  const [seconds = ''] = textOf('/proc/uptime').split(' ');
  return seconds === '' ? Infinity : Number(seconds) * 100;
}

/** The number that the system gave to the last process or thread; 0 if it does not report it. */
function lastNumber(): number {
  return Number(textOf('/proc/loadavg').trim().split(' ').at(-1) ?? 0);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** One process; null if there is none of that number, or it has ended. */
export function runningProcess(pid: number): RunningProcess | null {
  const fields = statOf(pid);
  if (fields === null) return null;
  const [state = 'X', , , session] = fields;
  if (state === 'Z' || state === 'X') return null;
  return { pid, session: Number(session), started: Number(fields[startField]) };
}

/**
 * Ends the processes that `find` lists, and those that they start meanwhile: first with SIGTERM, then with SIGKILL. Resolves to
 * those that cannot be ended.
 */
export async function endProcesses(find: () => readonly number[]): Promise<readonly number[]> {
  let wereThere = false;
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    const signalled = new Set<number>();
    for (let waited = 0; waited < graceMilliseconds; waited += pollMilliseconds) {
      const left = find();
      // What was just being started is there at the second look.
      if (left.length === 0 && !wereThere) return [];
      wereThere = left.length > 0;
      for (const pid of left)
        if (!signalled.has(pid)) {
          signalled.add(pid);
          sendSignal(pid, name);
        }
      await delay(pollMilliseconds);
    }
  }
  return find();
}

/** Kills the processes that `find` lists without waiting, and those that they start meanwhile. */
export function killProcesses(find: () => readonly number[]): void {
  for (let time = 0; time < 10; time++) {
    const left = find();
    if (left.length === 0) return;
    for (const pid of left) sendSignal(pid, 'SIGKILL');
  }
}

const graceMilliseconds = 2_000;
const pollMilliseconds = 20;

function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile, or belongs to another user: then it is listed again.
  }
}
