import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The fields of /proc/PID/stat from the state on; null if it cannot be read. Every process of the machine is read after every
 * job, so this makes no call that it need not.
 */
export function statOf(pid: number): readonly string[] | null {
  try {
    const file = openSync(`/proc/${pid}/stat`, 'r');
    try {
      const stat = buffer.toString('latin1', 0, readSync(file, buffer));
      // The name of the command, in brackets, may hold spaces and brackets itself.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/**
 * When a process was started, in clock ticks since boot, also of one that has ended and is not collected yet; null if the system
 * does not report it.
 */
export function startOf(pid: number): string | null {
  return statOf(pid)?.[startField] ?? null;
}

/** Where the start of the process is among them, in clock ticks since boot. */
export const startField = 19;

/** Fifty numbers and a name of at most 16 bytes fit. */
const buffer = Buffer.alloc(2048);
