import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import { readLastJournal } from '../core/state/journal.ts';
import type { Layout } from '../core/state/layout.ts';

type ActionFailed = Extract<ExecutionEvent, { readonly type: 'action-failed' }>;

/** The last failure of the last run that did something. */
export function lastFailure(layout: Layout): Result<ActionFailed> {
  const events = readLastJournal(layout);
  const last = events?.findLast((event) => event.type === 'action-failed');
  return last === undefined ? failure(nothingFailed(events === null)) : success(last);
}

function nothingFailed(isFirst: boolean): Diagnostic {
  const message = isFirst ? 'nothing has run here yet' : 'nothing failed in the last run';
  return problem('usage/nothing-failed', message, {
    hint: 'name an action, such as build/1; pipeline status lists those of the last run',
  });
}
