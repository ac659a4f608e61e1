import type { ExecutionEvent } from '../../core/contracts/events.ts';

/** The events of `--json`, one a line. */
export function parseEvents(text: string): readonly ExecutionEvent[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExecutionEvent);
}

/** The events of a journal, one a line behind its checksum; a line that is not whole is left out. */
export function parseJournal(text: string): readonly ExecutionEvent[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return parseEvents(whole.replaceAll(/^[0-9a-f]{16} /gm, ''));
}

/** Labels of the actions with an event of this type, sorted. */
export function labels(events: readonly ExecutionEvent[], type: ExecutionEvent['type']): readonly string[] {
  return events.flatMap((event) => (event.type === type && 'action' in event ? [event.action] : [])).sort();
}
