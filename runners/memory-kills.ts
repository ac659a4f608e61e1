import { readFileSync } from 'node:fs';
import type { ProcessEnd } from './start-process.ts';

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
export function wasKilled(end: ProcessEnd): boolean {
  if (end.type === 'signalled') return end.signal === 'SIGKILL';
  return end.type === 'exited' && end.code === 128 + 9;
}
