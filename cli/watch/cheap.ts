import type { Runnable } from '../../core/execution/execution.ts';

/** In ms. */
const cheapMilliseconds = 10_000;

/**
 * Whether an action may run on every save. Our own work may unless it is known to take long; programs such as FINN and Vivado, and
 * what acts on boards, only if they are known to be quick.
 */
export function isCheap({
  run,
  expectedMilliseconds,
}: Pick<Runnable, 'run' | 'expectedMilliseconds'>): boolean {
  return expectedMilliseconds === null ? run === 'builtin' : expectedMilliseconds < cheapMilliseconds;
}
