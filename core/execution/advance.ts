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
  const broken = upstream.find((other) => isDeadEnd(progress.state(other)));
  if (broken !== undefined) {
    if (progress.state(broken).type === 'stale')
      noteOutdated(execution, action, { type: 'may-run', action, needs: broken.label });
    else announceBlocked(execution, action, broken.label);
    return;
  }
  if (upstream.some((other) => progress.state(other).type !== 'done')) return;
  const resolution = resolve(action, plan, progress.finished, context);
  if (resolution.ok) check(execution, resolution.value);
  else fail(execution, action, resolution.diagnostics);
}
