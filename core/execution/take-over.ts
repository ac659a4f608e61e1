import type { ActionRecord } from '../contracts/types.ts';
import { forgetFailure } from '../state/failures.ts';
import { keepSpec } from '../state/specs.ts';
import type { ResolvedAction } from './action.ts';
import { keptSpecOf } from './action.ts';
import { announceCached } from './announce.ts';
import type { Execution } from './execution.ts';

/** Ends an action with a result from an earlier run. */
export function takeOver(execution: Execution, resolved: ResolvedAction, record: ActionRecord): void {
  const { action, fingerprint } = resolved;
  const { layout, ledger } = execution.context;
  announceCached(execution, resolved, record);
  if (execution.options.mode === 'plan') return;
  forgetFailure(layout, action.label);
  if (ledger.isCurrent(action.label, fingerprint)) return;
  keepSpec(layout, fingerprint, keptSpecOf(resolved));
  ledger.note(action.label, record);
}
