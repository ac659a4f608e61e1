import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start in clock ticks since boot; null where the system does not tell. */
  readonly started: string | null;
}

/** Whether exactly this process still runs; a zombie, which nobody has collected yet, does not. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startOf(pid) === started && !['Z', 'X'].includes(statOf(pid)?.[0] ?? '');
}

/** When a process was started; null where the system does not tell. */
export function startOf(pid: number): string | null {
  return statOf(pid)?.[19] ?? null;
}

/** The fields of /proc/PID/stat from the state on; the command name before it may hold spaces and brackets. */
function statOf(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
