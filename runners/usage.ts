import { readFileSync, readdirSync } from 'node:fs';
import { statOf } from '../base/process-stat.ts';
import type { Usage } from '../core/contracts/types.ts';

/** Watches what the processes of a session use. */
export interface UsageWatch {
  /** Ends the watch, and returns what was seen: nothing of a job that was over sooner than a second. */
  readonly stop: () => Usage;
}

/**
 * Looks at the processes of a session now and then: their CPU time with that of their ended children, and the sum of the most
 * memory that each had resident so far (VmHWM), which is more than they had together if they had it at different times.
 */
export function watchUsage(session: number): UsageWatch {
  let seen: Usage = { cpuMilliseconds: null, peakBytes: null };
  const look = (): void => {
    const now = usageOf(session);
    if (now === null) return;
    seen = {
      cpuMilliseconds: Math.max(seen.cpuMilliseconds ?? 0, now.cpuMilliseconds),
      peakBytes: Math.max(seen.peakBytes ?? 0, now.peakBytes),
    };
  };
  let timer = setTimeout(function again() {
    look();
    timer = setTimeout(again, laterMilliseconds).unref();
  }, firstMilliseconds).unref();
  return {
    stop() {
      clearTimeout(timer);
      return seen;
    },
  };
}

const firstMilliseconds = 1000;
const laterMilliseconds = 5000;

/** Null if no process of the session is there. */
function usageOf(session: number): { readonly cpuMilliseconds: number; readonly peakBytes: number } | null {
  const members = readdirSync('/proc').flatMap((name) => {
    const fields = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (fields === null || Number(fields[sessionField]) !== session) return [];
    const ticks = cpuFields.reduce((sum, field) => sum + Number(fields[field]), 0);
    return [{ cpuMilliseconds: ticks * tickMilliseconds, peakBytes: peakOf(name) }];
  });
  if (members.length === 0) return null;
  return {
    cpuMilliseconds: members.reduce((sum, { cpuMilliseconds }) => sum + cpuMilliseconds, 0),
    peakBytes: members.reduce((sum, { peakBytes }) => sum + peakBytes, 0),
  };
}

function peakOf(pid: string): number {
  try {
    const [, kilobytes = '0'] =
      /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

/** Of /proc/PID/stat, from the state on: the session; utime, stime, cutime and cstime. */
const sessionField = 3;
const cpuFields = [11, 12, 13, 14];
/** USER_HZ is 100 on every architecture that Linux runs Node on. */
const tickMilliseconds = 10;
