import type { ExecutionEvent } from '../../core/contracts/events.ts';

/** The events of `--json`, one a line. */
export function parseEvents(text: string): readonly ExecutionEvent[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExecutionEvent);
}

/** Labels of the actions with an event of this type, sorted. */
export function labels(events: readonly ExecutionEvent[], type: ExecutionEvent['type']): readonly string[] {
  return events.flatMap((event) => (event.type === type && 'action' in event ? [event.action] : [])).sort();
}
