import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const graceMilliseconds = 2_000;
const pollMilliseconds = 20;

/** Ends every process of a group: first with SIGTERM, then with SIGKILL. Resolves when none is running. */
export async function endGroup(group: number): Promise<void> {
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    if (!signal(group, name)) return;
    for (let waited = 0; waited < graceMilliseconds; waited += pollMilliseconds) {
      if (!isRunning(group)) return;
      await delay(pollMilliseconds);
    }
  }
}

/** False if the group has no member left. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}

/** Whether a member is more than a zombie, which a container without an init process keeps for good. */
function isRunning(group: number): boolean {
  if (!signal(group, 0)) return false;
  const states = processes().flatMap((stat) => (stat.group === group ? [stat.state] : []));
  return states.length === 0 || states.some((state) => state !== 'Z' && state !== 'X');
}

/** State and group of every process, from /proc/PID/stat; empty without /proc. */
function processes(): readonly { readonly state: string; readonly group: number }[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
          const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
          return [{ state, group: Number(group) }];
        } catch {
          return [];
        }
      });
  } catch {
    return [];
  }
}
