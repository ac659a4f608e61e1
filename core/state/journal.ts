import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionEvent } from '../contracts/events.ts';
import type { Digest } from '../../base/digest.ts';
import type { Handle } from '../contracts/types.ts';
import { bestEffort } from '../../base/json-file.ts';
import type { Layout } from './layout.ts';

const kept = 20;

/** Records every event of a run except the output text, which is in the action's log. */
export interface Journal {
  readonly write: (event: ExecutionEvent) => void;
  readonly open: () => void;
}

/** The journal of a run; `run` names the file, so that names sort by time. */
export function createJournal(layout: Layout, run: string): Journal {
  const path = join(layout.journal, `${run}.jsonl`);
  let held: string[] = [];
  let isOpen = false;
  const flush = () => {
    const text = held.join('');
    held = [];
    if (text !== '')
      bestEffort(() => {
        appendFileSync(path, text);
      });
  };
  return {
    write(event) {
      if (event.type === 'action-output') return;
      held.push(`${JSON.stringify(event)}\n`);
      if (isOpen) flush();
    },
    open() {
      if (isOpen) return;
      isOpen = true;
      bestEffort(() => {
        mkdirSync(layout.journal, { recursive: true });
        for (const old of journalNames(layout).slice(0, -kept))
          if (hasEnded(readEvents(layout, old))) rmSync(join(layout.journal, old), { force: true });
      });
      flush();
    },
  };
}

/** The events of the last run in the project, or null if there was none. */
export function readLastJournal(layout: Layout): readonly ExecutionEvent[] | null {
  const name = journalNames(layout).at(-1);
  return name === undefined ? null : readEvents(layout, name);
}

/** The leftovers of killed runs: jobs whose end they did not see, and results that the ledger lacks. */
export interface Remains {
  readonly handles: readonly Handle[];
  /** In the order they were made. */
  readonly results: readonly { readonly action: string; readonly fingerprint: Digest }[];
}

/** Reads the journals of runs that did not end; only meaningful while no run is active. */
export function remainsOf(layout: Layout): Remains {
  const killed = journalNames(layout)
    .map((name) => readEvents(layout, name))
    .filter((events) => !hasEnded(events));
  const open = new Map<string, Handle>();
  for (const event of killed.flat())
    if (event.type === 'action-submitted') open.set(event.action, event.handle);
    else if ('action' in event && leavesNoJob[event.type]) open.delete(event.action);

  const results = killed
    .flat()
    .flatMap((event) =>
      event.type === 'action-succeeded' ? [{ action: event.action, fingerprint: event.fingerprint }] : [],
    );
  return { handles: [...open.values()], results };
}

/** Whether an action has no running job after an event about it. Every event must be decided on: recovery ends what is left. */
const leavesNoJob: { readonly [Type in ExecutionEvent['type']]: boolean } = {
  'run-started': false,
  'stage-expanded': false,
  'action-cached': true,
  // The run that starts it has ended what an earlier run left.
  'action-started': true,
  'action-submitted': false,
  'action-output': false,
  'action-succeeded': true,
  'action-failed': true,
  'action-blocked': true,
  'action-cancelled': true,
  'run-finished': false,
};

/** Ends the journals of killed runs, once their leftovers are handled. `at` in ms since 1970. */
export function closeKilledJournals(layout: Layout, at: number): void {
  const counts = { ran: 0, cached: 0, failed: 0, blocked: 0 };
  const end: ExecutionEvent = { type: 'run-finished', at, outcome: 'lost', milliseconds: 0, counts };
  for (const name of journalNames(layout))
    if (!hasEnded(readEvents(layout, name)))
      appendFileSync(join(layout.journal, name), `\n${JSON.stringify(end)}\n`);
}

/** A line cut short by a crash is ignored. */
function readEvents(layout: Layout, name: string): readonly ExecutionEvent[] {
  const events: ExecutionEvent[] = [];
  for (const line of readFileSync(join(layout.journal, name), 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      const event = JSON.parse(line) as ExecutionEvent | null;
      if (typeof event?.type === 'string') events.push(event);
    } catch {
      continue;
    }
  }
  return events;
}

function hasEnded(events: readonly ExecutionEvent[]): boolean {
  return events.some(({ type }) => type === 'run-finished');
}

function journalNames(layout: Layout): readonly string[] {
  if (!existsSync(layout.journal)) return [];
  return readdirSync(layout.journal)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
}
