import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { lockState } from '../base/lock.ts';
import type { AttemptFolder } from '../core/state/attempts.ts';
import { attemptsIn } from '../core/state/attempts.ts';
import { readLastJournal } from '../core/state/journal.ts';
import type { Layout } from '../core/state/layout.ts';
import { pause } from './pause.ts';

const pollMilliseconds = 100;

/**
 * Passes on the output of a running action until the action ends or the signal comes. While a run is active that has not
 * come to the action, it waits. Returns false if the action does not run and is not going to.
 */
export async function follow(
  action: string,
  layout: Layout,
  onOutput: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const running = runningAttempt(action, layout);
    if (running !== null && existsSync(running.log)) {
      await pass(running, onOutput, signal);
      return true;
    }
    const isActive = ['alive', 'unknown'].includes(lockState(layout.lock));
    if (running === null && (!isActive || hasEnded(action, layout))) return false;
    await pause(pollMilliseconds, signal);
  }
  return true;
}

/** The attempt of an action that runs; null if there is none. */
export function runningAttempt(action: string, layout: Layout): AttemptFolder | null {
  return attemptsIn(layout).find(({ purpose }) => purpose?.action === action)?.folder ?? null;
}

/** A log that is moved or deleted remains readable to its end. */
async function pass(
  { path, log }: AttemptFolder,
  onOutput: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const file = openSync(log, 'r');
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(1 << 16);
  try {
    for (;;) {
      const isLast = signal.aborted || !existsSync(path);
      for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer))
        onOutput(decoder.write(buffer.subarray(0, length)));
      if (isLast) break;
      await pause(pollMilliseconds, signal);
    }
    onOutput(decoder.end());
  } finally {
    closeSync(file);
  }
}

/** Whether the action has ended in the active run, whose journal begins with its first action. */
function hasEnded(action: string, layout: Layout): boolean {
  const events = readLastJournal(layout) ?? [];
  const isOfEarlierRun = events.some(({ type }) => type === 'run-finished');
  return (
    !isOfEarlierRun &&
    events.some((event) => ends.includes(event.type) && 'action' in event && event.action === action)
  );
}

const ends = ['action-succeeded', 'action-failed', 'action-cached'];
