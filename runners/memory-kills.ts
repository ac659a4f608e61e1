import { readFileSync } from 'node:fs';

/**
 * How many processes the kernel of this machine has killed because memory ran out since it booted (`oom_kill` in /proc/vmstat);
 * 0 if it does not say so.
 */
export function memoryKills(): number {
  try {
    const [, count = '0'] = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1')) ?? [];
    return Number(count);
  } catch {
    return 0;
  }
}

/** Whether a process, or the last program of a shell, was ended by SIGKILL, which is what the kernel sends then. */
export function wasKilled(signal: string | undefined, exitCode: number | undefined): boolean {
  return signal === 'SIGKILL' || exitCode === 128 + 9;
}
