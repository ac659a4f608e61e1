import { localTime } from '../base/local-time.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { duration } from '../base/units.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { Style } from './style.ts';
import { harmlessLine } from './style.ts';

export type ActionState = 'waiting' | 'running' | 'ok' | 'up to date' | 'failed' | 'not run' | 'stopped';

/** How far an action has come. */
export interface ActionStatus {
  readonly action: string;
  readonly state: ActionState;
  /** One line for people: why it runs, its result, or what it needs. */
  readonly detail: string;
  /** When it began, in ms since 1970, while it is running. */
  readonly since: number | null;
  /** How long it is expected to run, in ms, while it is running. */
  readonly expectedMilliseconds: number | null;
  /** What it does, such as `route_design 5/6`, while it is running. */
  readonly step: string | null;
  /** How long it ran; null if it did not run or has not ended. */
  readonly milliseconds: number | null;
  /** Its outputs equal those of the last time. */
  readonly isUnchanged: boolean;
  /** Its result as lines, such as a table. */
  readonly lines: readonly string[];
  /** Errors of a failed action, warnings of any other. */
  readonly diagnostics: readonly Diagnostic[];
  /** The kept work directory of a failed action, relative to the project. */
  readonly directory: string | null;
  /** The action because of which it did not run, at the beginning of the chain. */
  readonly cause: string | null;
}

/** A mark for each state that no other has. */
export const marks: { readonly [State in ActionState]: { readonly mark: string; readonly style: Style } } = {
  waiting: { mark: '…', style: 'gray' },
  running: { mark: '▸', style: 'cyan' },
  ok: { mark: '✔', style: 'green' },
  'up to date': { mark: '=', style: 'gray' },
  failed: { mark: '✖', style: 'red' },
  'not run': { mark: '↓', style: 'yellow' },
  stopped: { mark: '■', style: 'yellow' },
};

/** The state of an action after an event; null if the event changes none. `before` gives what it and others were. */
export function changedBy(
  event: ExecutionEvent,
  before: (action: string) => ActionStatus,
): ActionStatus | null {
  switch (event.type) {
    case 'action-started':
      return status(event.action, 'running', {
        detail: event.reason,
        since: event.at,
        expectedMilliseconds: event.expectedMilliseconds,
      });
    case 'action-progressed': {
      const known = before(event.action);
      return known.state === 'running' ? { ...known, step: event.step } : null;
    }
    case 'action-cached':
      return status(event.action, 'up to date', {
        detail: event.summary ?? '',
        lines: event.detail,
        diagnostics: event.warnings,
      });
    case 'action-succeeded':
      return status(event.action, 'ok', {
        detail: event.summary ?? '',
        milliseconds: event.milliseconds,
        isUnchanged: event.unchanged,
        lines: event.detail,
        diagnostics: event.warnings,
      });
    case 'action-waiting':
      return status(event.action, 'waiting', { detail: otherMaker(event) });
    case 'action-postponed':
      return status(event.action, 'waiting', { detail: postponement(event) });
    case 'action-failed': {
      const { milliseconds, diagnostics, directory } = event;
      return status(event.action, 'failed', { milliseconds, diagnostics, directory });
    }
    case 'action-blocked':
      return status(event.action, 'not run', {
        detail: `needs ${event.by}`,
        cause: before(event.by).cause ?? event.by,
      });
    case 'action-cancelled': {
      const { since } = before(event.action);
      return since === null
        ? status(event.action, 'not run')
        : status(event.action, 'stopped', { milliseconds: Math.max(0, event.at - since) });
    }
    case 'run-started':
    case 'run-waiting':
    case 'run-checked':
    case 'stage-expanded':
    case 'action-submitted':
    case 'action-output':
    case 'run-forecast':
    case 'run-stopping':
    case 'results-saved':
    case 'results-shared':
    case 'run-finished':
      return null;
  }
}

/** An action of which nothing but its name is known. */
export function waitingStatus(action: string): ActionStatus {
  return status(action, 'waiting');
}

/** The text shown after the state: `(first time)`, `2.1 s (same result)  12 images equal`. */
export function remark({ state, detail, milliseconds, isUnchanged }: ActionStatus): string {
  const text = harmlessLine(detail);
  if (state === 'running') return `(${text})`;
  if (state === 'failed' && milliseconds !== null && milliseconds > 0)
    return `after ${duration(milliseconds)}`;
  if (state !== 'ok' || milliseconds === null) return text;
  return `${duration(milliseconds)}${isUnchanged ? ' (same result)' : ''}  ${text}`.trimEnd();
}

/** Why an action that was stopped waits, and for how long. */
function postponement({ reason, milliseconds }: Postponed): string {
  const until = milliseconds === null ? 'alone, once nothing else runs' : `in ${duration(milliseconds)}`;
  return `${reason}; tried again ${until}`;
}

/** Who makes the same result at the moment. */
function otherMaker({ pid, host, since }: Waiting): string {
  return `another run makes the same result (process ${pid} on ${host}, since ${localTime(since)})`;
}

type Waiting = Extract<ExecutionEvent, { readonly type: 'action-waiting' }>;
type Postponed = Extract<ExecutionEvent, { readonly type: 'action-postponed' }>;

function status(
  action: string,
  state: ActionState,
  more: Partial<Omit<ActionStatus, 'action' | 'state'>> = {},
): ActionStatus {
  return {
    action,
    state,
    detail: '',
    since: null,
    expectedMilliseconds: null,
    step: null,
    milliseconds: null,
    isUnchanged: false,
    lines: [],
    diagnostics: [],
    directory: null,
    cause: null,
    ...more,
  };
}
