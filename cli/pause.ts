import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after a time in ms, or as soon as the signal comes. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch {
    // It was interrupted.
  }
}
