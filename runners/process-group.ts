import { setTimeout as delay } from 'node:timers/promises';

const graceMilliseconds = 2_000;
const pollMilliseconds = 20;

/** Ends every process of a group: asks first (SIGTERM), then does not ask (SIGKILL). Resolves when none is left. */
export async function endGroup(group: number): Promise<void> {
  if (!signal(group, 'SIGTERM')) return;
  for (let waited = 0; waited < graceMilliseconds; waited += pollMilliseconds) {
    await delay(pollMilliseconds);
    if (!signal(group, 0)) return;
  }
  signal(group, 'SIGKILL');
  while (signal(group, 0)) await delay(pollMilliseconds);
}

/** False when the group has no member left. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false;
  }
}
