import type { ActionRecord } from '../contracts/types.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Action, ResolvedAction } from './action.ts';
import type { ExecutionContext } from './context.ts';
import type { Progress } from './progress.ts';

/** Sets the state in which an action ends, and tells it. */
export interface Announce {
  readonly cached: (resolved: ResolvedAction, record: ActionRecord) => void;
  readonly succeeded: (
    resolved: ResolvedAction,
    record: ActionRecord,
    before: ActionRecord | null,
    milliseconds: number,
  ) => void;
  readonly failed: (
    action: Action,
    diagnostics: readonly Diagnostic[],
    milliseconds: number,
    directory: string | null,
  ) => Promise<void>;
  readonly blocked: (action: Action, by: string) => void;
  readonly cancelled: (action: Action) => void;
}

export function announcer({ emit, now, locate }: ExecutionContext, progress: Progress): Announce {
  const told = (
    { action, fingerprint }: ResolvedAction,
    { summary, detail, emulated, warnings }: ActionRecord,
  ) => ({
    action: action.label,
    fingerprint,
    summary,
    detail,
    emulated,
    warnings,
  });
  return {
    cached(resolved, record) {
      progress.setState(resolved.action, { type: 'done', record });
      emit({ type: 'action-cached', at: now(), ...told(resolved, record) });
    },
    succeeded(resolved, record, before, milliseconds) {
      progress.setState(resolved.action, { type: 'done', record });
      const unchanged = before !== null && haveSameOutputs(before, record);
      emit({ type: 'action-succeeded', at: now(), ...told(resolved, record), milliseconds, unchanged });
    },
    async failed(action, diagnostics, milliseconds, directory) {
      progress.setState(action, { type: 'failing' });
      const located = await Promise.all(diagnostics.map((diagnostic) => locate(action.stage, diagnostic)));
      progress.setState(action, { type: 'failed' });
      emit({
        type: 'action-failed',
        at: now(),
        action: action.label,
        milliseconds,
        diagnostics: located,
        directory,
      });
    },
    blocked(action, by) {
      progress.setState(action, { type: 'blocked' });
      emit({ type: 'action-blocked', at: now(), action: action.label, by });
    },
    cancelled(action) {
      progress.setState(action, { type: 'cancelled' });
      emit({ type: 'action-cancelled', at: now(), action: action.label });
    },
  };
}

/** Early cutoff, seen from the outside: what needs these outputs keeps its fingerprint. */
function haveSameOutputs(a: ActionRecord, b: ActionRecord): boolean {
  const digests = ({ outputs }: ActionRecord) =>
    Object.entries(outputs).map(([port, { digest }]) => `${port} ${digest}`);
  return digests(a).sort().join() === digests(b).sort().join();
}
