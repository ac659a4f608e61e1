import { readFileSync, readdirSync } from 'node:fs';
import { isRunning } from '../../rig/process.ts';

/** The processes with this text in their arguments or environment, this process excepted; however they were detached. */
export function marked(marker: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && carries(pid, marker) && isRunning(pid));
}

/** As `marked`, once those that are just ending have had half a second for it. */
export async function markedForGood(marker: string): Promise<readonly number[]> {
  for (let at = 0; at < 10; at++) {
    if (marked(marker).length === 0) return [];
    await milliseconds(50);
  }
  return marked(marker);
}

/** Kills all processes with the marker, and those that they start meanwhile. */
export function endMarked(marker: string): void {
  for (let at = 0; at < 20; at++) {
    const left = marked(marker);
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
  }
}

/** Kills a process with SIGKILL, if it is still there. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The last 60 characters of a process's arguments, on one line. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      .replaceAll(/[\0\s]+/g, ' ')
      .trim()
      .slice(-60);
  } catch {
    return 'a process that had just ended';
  }
}

/** A pause. The moments of kills are times, so the rounds cannot do without the clock. */
export function milliseconds(count: number): Promise<void> {
  return new Promise((done) => setTimeout(done, count));
}

function carries(pid: number, marker: string): boolean {
  return ['environ', 'cmdline'].some((file) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(marker);
    } catch {
      return false;
    }
  });
}
