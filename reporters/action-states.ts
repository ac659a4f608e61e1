import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { Diagnostic } from '../base/diagnostic.ts';

/** How far an action has come, told from the events of its run. */
export interface ActionStatus {
  readonly action: string;
  readonly state: 'waiting' | 'running' | 'ok' | 'up to date' | 'failed' | 'not run' | 'cancelled';
  readonly detail: string;
  /** How long it ran, or has been running; null where it did not run. */
  readonly milliseconds: number | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Folds the events of a run into the state of each action, in the order in which they became known. `now` in ms. */
export function actionStates(events: readonly ExecutionEvent[], now: number): readonly ActionStatus[] {
  const states = new Map<string, ActionStatus>();
  const note = (action: string, state: ActionStatus['state'], more: Partial<ActionStatus> = {}): void => {
    states.set(action, {
      action,
      state,
      detail: '',
      milliseconds: null,
      diagnostics: [],
      ...more,
    });
  };
  for (const event of events)
    switch (event.type) {
      case 'stage-expanded':
        for (const action of event.actions) if (!states.has(action)) note(action, 'waiting');
        break;
      case 'action-started':
        note(event.action, 'running', { detail: event.reason, milliseconds: now - event.at });
        break;
      case 'action-cached':
        note(event.action, 'up to date', { detail: event.summary ?? '' });
        break;
      case 'action-succeeded': {
        const { summary, milliseconds } = event;
        note(event.action, 'ok', { detail: summary ?? '', milliseconds });
        break;
      }
      case 'action-failed':
        note(event.action, 'failed', { milliseconds: event.milliseconds, diagnostics: event.diagnostics });
        break;
      case 'action-blocked':
        note(event.action, 'not run', { detail: `needs ${event.by}` });
        break;
      case 'action-cancelled':
        note(event.action, 'cancelled');
        break;
      case 'run-started':
      case 'run-finished':
      case 'action-submitted':
      case 'action-output':
        break;
    }
  return [...states.values()];
}
