import type { Runnable } from '../../core/execution/execution.ts';

/** In ms. */
const cheapMilliseconds = 10_000;

/**
 * Whether an action may run on every save. Our own work may unless it is known to take long; programs such as FINN and Vivado, and
 * what acts on emulated boards, only if they are known to be quick. A real board may serve someone: nothing is done to it unasked.
 */
export function isCheap({
  run,
  isOnRealBoard,
  expectedMilliseconds,
}: Pick<Runnable, 'run' | 'isOnRealBoard' | 'expectedMilliseconds'>): boolean {
  if (isOnRealBoard) return false;
  return expectedMilliseconds === null ? run === 'builtin' : expectedMilliseconds < cheapMilliseconds;
}
