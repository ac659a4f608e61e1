import type { ExecutionEvent } from '../core/contracts/events.ts';

/** A complete event of the Trace Event Format, which Perfetto and chrome://tracing show; times in µs. */
interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X';
  readonly ts: number;
  readonly dur: number;
  readonly pid: 1;
  /** The lane: actions that ran at the same time have different ones. */
  readonly tid: number;
  readonly args: { readonly [name: string]: string };
}

/** The actions of a run on a time line, one that has not ended until the last event. */
export function traceOf(events: readonly ExecutionEvent[]): { readonly traceEvents: readonly TraceEvent[] } {
  const [first] = events;
  const origin = first?.at ?? 0;
  const end = events.at(-1)?.at ?? origin;
  const free: number[] = [];
  const running = new Map<string, { readonly at: number; readonly lane: number; readonly reason: string }>();
  const traceEvents: TraceEvent[] = [];
  let lanes = 0;
  const close = (action: string, at: number, outcome: string): void => {
    const begun = running.get(action);
    if (begun === undefined) return;
    running.delete(action);
    free.push(begun.lane);
    const [stage = action] = action.split('/');
    traceEvents.push({
      name: action,
      cat: stage,
      ph: 'X',
      ts: (begun.at - origin) * 1000,
      dur: Math.max(0, at - begun.at) * 1000,
      pid: 1,
      tid: begun.lane,
      args: { outcome, reason: begun.reason },
    });
  };
  for (const event of events) {
    if (event.type === 'action-started') {
      const lane = free.sort((a, b) => b - a).pop() ?? ++lanes;
      running.set(event.action, { at: event.at, lane, reason: event.reason });
    }
    if (event.type === 'action-succeeded') close(event.action, event.at, 'ok');
    if (event.type === 'action-failed') close(event.action, event.at, 'failed');
    if (event.type === 'action-cancelled') close(event.action, event.at, 'cancelled');
    if (event.type === 'action-postponed') close(event.action, event.at, 'postponed');
  }
  for (const action of [...running.keys()]) close(action, end, 'not ended');
  return { traceEvents };
}
