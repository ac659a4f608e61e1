import type { Action } from './action.ts';
import { announceBlocked } from './announce.ts';
import { check } from './check.ts';
import type { Execution } from './execution.ts';
import { fail, noteOutdated } from './failing.ts';
import { isDeadEnd } from './progress.ts';
import { resolve } from './resolve.ts';

/** Advances a waiting action as far as possible: until it must wait for something it needs, or until it is looked up. */
export function advance(execution: Execution, action: Action): void {
  const { plan, context, progress } = execution;
  const upstream = progress.upstream(action);
  if (upstream === null) return;
  const isStale = (other: Action): boolean => progress.state(other).type === 'stale';
  const broken = upstream.find((other) => isDeadEnd(progress.state(other)) && !isStale(other));
  if (broken !== undefined) {
    announceBlocked(execution, action, broken.label);
    return;
  }
  // One that may still turn out to fail decides more than one that would run.
  if (upstream.some((other) => progress.state(other).type !== 'done' && !isStale(other))) return;
  const stale = upstream.find(isStale);
  if (stale !== undefined) {
    noteOutdated(execution, action, { type: 'may-run', action, needs: stale.label });
    return;
  }
  const resolution = resolve(action, plan, progress.finished, context);
  if (resolution.ok) check(execution, resolution.value);
  else fail(execution, action, resolution.diagnostics);
}
