import type { ExecutionEvent, RunCounts } from '../contracts/events.ts';

/** What a run did, from its journal. */
export interface RunSummary {
  readonly number: number;
  /** When it began, in ms since 1970. */
  readonly at: number;
  readonly profile: string | null;
  /** As given; none for everything. */
  readonly targets: readonly string[];
  /** Null if it has not ended, or was killed. */
  readonly outcome: 'ok' | 'failed' | 'lost' | 'interrupted' | null;
  /** How long it took; null if it has not ended. */
  readonly milliseconds: number | null;
  readonly counts: RunCounts;
  /** What ran, in the order in which it started. */
  readonly ran: readonly RanAction[];
}

export interface RanAction {
  readonly action: string;
  /** Why its result could not be taken from the cache. */
  readonly reason: string;
  readonly outcome: 'ok' | 'failed' | 'not ended';
  /** How long it ran; null if it has not ended. */
  readonly milliseconds: number | null;
}

/** The summary of a run by its events; null if they are not those of a run. */
export function summarise(number: number, events: readonly ExecutionEvent[]): RunSummary | null {
  const [first] = events;
  const last = events.findLast((event) => event.type === 'run-finished');
  if (first?.type !== 'run-started') return null;
  const { at, profile, targets } = first;
  const ran = ranIn(events);
  const counts = last?.counts ?? {
    ran: ran.filter(({ outcome }) => outcome === 'ok').length,
    cached: events.filter(({ type }) => type === 'action-cached').length,
    failed: ran.filter(({ outcome }) => outcome === 'failed').length,
    blocked: 0,
  };
  return {
    number,
    at,
    profile,
    targets,
    outcome: last?.outcome ?? null,
    milliseconds: last?.milliseconds ?? null,
    counts,
    ran,
  };
}

function ranIn(events: readonly ExecutionEvent[]): readonly RanAction[] {
  const found = new Map<string, RanAction>();
  for (const event of events) {
    if (event.type === 'action-started') {
      const { action, reason } = event;
      found.set(action, { action, reason, outcome: 'not ended', milliseconds: null });
    }
    if (event.type !== 'action-succeeded' && event.type !== 'action-failed') continue;
    const { action, milliseconds } = event;
    const outcome = event.type === 'action-succeeded' ? 'ok' : 'failed';
    const { reason = '' } = found.get(action) ?? {};
    found.set(action, { action, reason, outcome, milliseconds });
  }
  return [...found.values()];
}
