import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ExecutionEvent, RunCounts } from '../../core/contracts/events.ts';

const fingerprint = 'f'.repeat(64);
type EventOf<Type extends ExecutionEvent['type']> = Extract<ExecutionEvent, { readonly type: Type }>;

/** Events of a run, with what views do not look at filled in. */
export const eventOf = {
  began: (at: number, ...stages: readonly string[]): EventOf<'run-started'> => ({
    type: 'run-started',
    at,
    run: 'r',
    targets: [],
    profile: null,
    stages,
  }),
  expanded: (stage: string, ...actions: readonly string[]): ExecutionEvent => ({
    type: 'stage-expanded',
    at: 0,
    stage,
    actions,
  }),
  started: (
    action: string,
    at: number,
    expectedMilliseconds: number | null = null,
    reason = 'first time',
  ): ExecutionEvent => ({ type: 'action-started', at, action, fingerprint, reason, expectedMilliseconds }),
  printed: (action: string, text: string): ExecutionEvent => ({ type: 'action-output', at: 0, action, text }),
  step: (action: string, step: string): ExecutionEvent => ({
    type: 'action-progressed',
    at: 0,
    action,
    step,
  }),
  upToDate: (action: string, savedMilliseconds: number | null = null): EventOf<'action-cached'> => ({
    type: 'action-cached',
    at: 0,
    action,
    fingerprint,
    summary: null,
    detail: ['a table of before'],
    emulated: false,
    warnings: [],
    savedMilliseconds,
  }),
  succeeded: (
    action: string,
    milliseconds: number,
    summary: string | null = null,
    more: { readonly detail?: readonly string[]; readonly warnings?: readonly Diagnostic[] } = {},
  ): ExecutionEvent => ({
    type: 'action-succeeded',
    at: 0,
    action,
    fingerprint,
    milliseconds,
    summary,
    detail: [],
    emulated: false,
    warnings: [],
    unchanged: false,
    ...more,
  }),
  failed: (action: string, milliseconds: number, ...diagnostics: readonly Diagnostic[]): ExecutionEvent => ({
    type: 'action-failed',
    at: 0,
    action,
    milliseconds,
    diagnostics,
    directory: `.pipeline/failed/${action}`,
  }),
  blocked: (action: string, by: string): ExecutionEvent => ({ type: 'action-blocked', at: 0, action, by }),
  cancelled: (action: string, at: number): ExecutionEvent => ({ type: 'action-cancelled', at, action }),
  forecast: (at: number, remainingMilliseconds: number | null): ExecutionEvent => ({
    type: 'run-forecast',
    at,
    remainingMilliseconds,
  }),
  stopping: (at: number): ExecutionEvent => ({ type: 'run-stopping', at }),
  finished: (
    outcome: EventOf<'run-finished'>['outcome'],
    milliseconds: number,
    counts: Partial<RunCounts>,
  ): ExecutionEvent => ({
    type: 'run-finished',
    at: 0,
    outcome,
    milliseconds,
    counts: { ran: 0, cached: 0, failed: 0, blocked: 0, ...counts },
  }),
};
