import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionEvent } from '../events.ts';
import type { Handle } from '../types.ts';
import type { Layout } from './layout.ts';

const kept = 20;

/** Takes every event of a run but the output text, which is in the action's log. */
export interface Journal {
  write(event: ExecutionEvent): void;
  /** From here on events are on disk before `write` returns; until then they are held back. */
  open(): void;
  close(): void;
}

/** The journal of a run; `run` names the file, so that names sort by time. */
export function createJournal(layout: Layout, run: string): Journal {
  const path = join(layout.journal, `${run}.jsonl`);
  let held: string[] = [];
  let isOpen = false;
  const flush = () => {
    if (held.length > 0) appendFileSync(path, held.join(''));
    held = [];
  };
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    mkdirSync(layout.journal, { recursive: true });
    for (const old of journalNames(layout).slice(0, -kept))
      rmSync(join(layout.journal, old), { force: true });
    flush();
  };
  return {
    write(event) {
      if (event.type === 'action-output') return;
      held.push(`${JSON.stringify(event)}\n`);
      if (isOpen) flush();
    },
    open,
    close() {
      open();
    },
  };
}

/** The events of the last run in the project, or null when there was none. */
export function readLastJournal(layout: Layout): readonly ExecutionEvent[] | null {
  const name = journalNames(layout).at(-1);
  return name === undefined ? null : readEvents(layout, name);
}

/** Handles of jobs that a run submitted and did not see the end of, because it was killed. */
export function orphanedHandles(layout: Layout): readonly Handle[] {
  return journalNames(layout).flatMap((name) => {
    const events = readEvents(layout, name);
    if (events.some(({ type }) => type === 'run-finished')) return [];
    const open = new Map<string, Handle>();
    for (const event of events) {
      if (event.type === 'action-submitted') open.set(event.action, event.handle);
      else if ('action' in event) open.delete(event.action);
    }
    return [...open.values()];
  });
}

/** A line cut short by a crash ends the journal. */
function readEvents(layout: Layout, name: string): readonly ExecutionEvent[] {
  const events: ExecutionEvent[] = [];
  for (const line of readFileSync(join(layout.journal, name), 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      events.push(JSON.parse(line) as ExecutionEvent);
    } catch {
      break;
    }
  }
  return events;
}

function journalNames(layout: Layout): readonly string[] {
  if (!existsSync(layout.journal)) return [];
  return readdirSync(layout.journal)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
}
