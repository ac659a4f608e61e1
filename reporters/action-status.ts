import type { Diagnostic } from '../base/diagnostic.ts';
import { duration } from '../base/units.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import { harmlessLine } from './style.ts';

/** How far an action has come. */
export interface ActionStatus {
  readonly action: string;
  readonly state: 'waiting' | 'running' | 'ok' | 'up to date' | 'failed' | 'not run' | 'cancelled';
  /** One line for people, harmless for a terminal: why it runs, its result, or what it needs. */
  readonly detail: string;
  /** When it began, in ms since 1970, while it is running. */
  readonly since: number | null;
  /** How long it ran; null if it did not run or has not ended. */
  readonly milliseconds: number | null;
  /** Its outputs equal those of the last time. */
  readonly isUnchanged: boolean;
  /** Errors of a failed action, warnings of any other. */
  readonly diagnostics: readonly Diagnostic[];
  /** The kept work directory of a failed action, relative to the project. */
  readonly directory: string | null;
}

/** The state of an action after an event; null if the event changes none. Every view of a run is built from this. */
export function statusAfter(event: ExecutionEvent): ActionStatus | null {
  switch (event.type) {
    case 'action-started':
      return status(event.action, 'running', { detail: event.reason, since: event.at });
    case 'action-cached':
      return status(event.action, 'up to date', {
        detail: event.summary ?? '',
        diagnostics: event.warnings,
      });
    case 'action-succeeded':
      return status(event.action, 'ok', {
        detail: event.summary ?? '',
        milliseconds: event.milliseconds,
        isUnchanged: event.unchanged,
        diagnostics: event.warnings,
      });
    case 'action-failed': {
      const { milliseconds, diagnostics, directory } = event;
      return status(event.action, 'failed', { milliseconds, diagnostics, directory });
    }
    case 'action-blocked':
      return status(event.action, 'not run', { detail: `needs ${event.by}` });
    case 'action-cancelled':
      return status(event.action, 'cancelled');
    case 'run-started':
    case 'run-waiting':
    case 'run-checked':
    case 'stage-expanded':
    case 'action-submitted':
    case 'action-output':
    case 'run-finished':
      return null;
  }
}

/** The state of each action after the events of a run, in the order in which they became known. */
export function actionStates(events: readonly ExecutionEvent[]): readonly ActionStatus[] {
  const states = new Map<string, ActionStatus>();
  for (const event of events) {
    if (event.type === 'stage-expanded')
      for (const action of event.actions)
        if (!states.has(action)) states.set(action, status(action, 'waiting'));
    const changed = statusAfter(event);
    if (changed !== null) states.set(changed.action, changed);
  }
  return [...states.values()];
}

/** The text shown after the state: `(first time)`, `2.1 s (same result)  12 images equal`. */
export function remark({ state, detail, milliseconds, isUnchanged }: ActionStatus): string {
  const text = harmlessLine(detail);
  if (state === 'running' || state === 'not run') return `(${text})`;
  if (state !== 'ok' || milliseconds === null) return text;
  return `${duration(milliseconds)}${isUnchanged ? ' (same result)' : ''}  ${text}`.trimEnd();
}

function status(
  action: string,
  state: ActionStatus['state'],
  more: Partial<ActionStatus> = {},
): ActionStatus {
  return {
    action,
    state,
    detail: '',
    since: null,
    milliseconds: null,
    isUnchanged: false,
    diagnostics: [],
    directory: null,
    ...more,
  };
}
