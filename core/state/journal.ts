import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../base/digest.ts';
import { bestEffort } from '../../base/json-file.ts';
import { openRegularFile, readRegularText } from '../../base/regular-file.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { checksum } from '../../base/sealed.ts';
import type { ExecutionEvent } from '../contracts/events.ts';
import { isEvent } from './event-shape.ts';
import type { Layout } from './layout.ts';
import type { Failure } from './ledger.ts';

/** Runs whose journals are kept. */
const kept = 100;

/** Records every event of a run except the output text, which is in the action's log. */
export interface Journal {
  readonly write: (event: ExecutionEvent) => void;
  /** Called once this process is the only one that works in the project. */
  readonly open: () => void;
}

/**
 * The journal of a run. Its file is named by a number, one more than the last, and the id of the run: the order of runs does
 * not depend on a clock.
 */
export function createJournal(layout: Layout, run: string): Journal {
  let isOpen = false;
  /** Null if it cannot be written: the run does without it. */
  let file: number | null = null;
  let held: string[] = [];
  const flush = (): void => {
    const text = held.join('');
    held = [];
    const to = file;
    if (to !== null && text !== '')
      bestEffort(() => {
        writeSync(to, text);
      });
  };
  return {
    write(event) {
      if (event.type === 'action-output') return;
      held.push(`${lineOf(event)}\n`);
      if (isOpen) flush();
    },
    open() {
      if (isOpen) return;
      isOpen = true;
      const names = journalNames(layout);
      const number = numberOf(names.at(-1) ?? '') + 1;
      const path = join(layout.journal, `${String(number).padStart(8, '0')}-${run}.jsonl`);
      bestEffort(() => {
        mkdirSync(layout.journal, { recursive: true });
        for (const old of names.slice(0, -kept))
          if (hasEnded(readEvents(layout, old))) removeTree(join(layout.journal, old));
        file = openSync(path, 'a');
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

/** The runs whose journals are kept, in order. */
export function runNumbers(layout: Layout): readonly number[] {
  return journalNames(layout).map(numberOf);
}

/** The events of a run by its number; null if its journal is not kept. */
export function readRun(layout: Layout, number: number): readonly ExecutionEvent[] | null {
  const name = journalNames(layout).find((each) => numberOf(each) === number);
  return name === undefined ? null : readEvents(layout, name);
}

/** How an action ended in a killed run. */
export type Ending =
  | {
      readonly type: 'succeeded';
      readonly action: string;
      readonly fingerprint: Digest;
      /** The profile of the run. */
      readonly profile: string | null;
    }
  | { readonly type: 'failed'; readonly action: string; readonly failure: Failure };

/** What killed runs had finished, in order, and the ledger may lack; only meaningful while no run is active. */
export function remainsOf(layout: Layout): readonly Ending[] {
  return journalNames(layout)
    .map((name) => readEvents(layout, name))
    .filter((events) => !hasEnded(events))
    .flatMap(endingsIn);
}

/** Ends the journals of killed runs, once their leftovers are handled. `at` in ms since 1970. */
export function closeKilledJournals(layout: Layout, at: number): void {
  const counts = { ran: 0, cached: 0, failed: 0, blocked: 0 };
  const end: ExecutionEvent = { type: 'run-finished', at, outcome: 'lost', milliseconds: 0, counts };
  for (const name of journalNames(layout)) {
    const path = join(layout.journal, name);
    if (!hasEnded(readEvents(layout, name)) && !appended(path, `\n${lineOf(end)}\n`)) removeTree(path);
  }
}

/** Appends to a journal; false for anything else under the name of one, such as a link, which would lead the text elsewhere. */
function appended(path: string, text: string): boolean {
  const file = openRegularFile(path, constants.O_WRONLY | constants.O_APPEND);
  if (file === null) return false;
  try {
    if (fstatSync(file).nlink > 1) return false;
    writeFileSync(file, text);
    return true;
  } finally {
    closeSync(file);
  }
}

function endingsIn(events: readonly ExecutionEvent[]): readonly Ending[] {
  const started = new Map<string, Digest>();
  const [begin] = events;
  const profile = begin?.type === 'run-started' ? begin.profile : null;
  return events.flatMap((event): readonly Ending[] => {
    if (event.type === 'action-started') started.set(event.action, event.fingerprint);
    if (event.type === 'action-succeeded')
      return [{ type: 'succeeded', action: event.action, fingerprint: event.fingerprint, profile }];
    if (event.type !== 'action-failed') return [];
    const { at, action, diagnostics } = event;
    const [fingerprint, first] = [started.get(action), diagnostics[0]];
    if (fingerprint === undefined || first === undefined) return [];
    return [{ type: 'failed', action, failure: { at, fingerprint, message: first.message } }];
  });
}

/** An event as JSON behind a checksum, so that damage is found line by line. */
function lineOf(event: ExecutionEvent): string {
  const text = JSON.stringify(event);
  return `${sumOf(text)} ${text}`;
}

/** A line that is damaged, or cut short by a crash, is ignored. */
function readEvents(layout: Layout, name: string): readonly ExecutionEvent[] {
  const contents = readRegularText(join(layout.journal, name)) ?? '';
  return contents.split('\n').flatMap((line) => {
    const text = line.slice(sumLength + 1);
    if (text === '' || line.slice(0, sumLength) !== sumOf(text)) return [];
    try {
      const event: unknown = JSON.parse(text);
      return isEvent(event) ? [event] : [];
    } catch {
      return [];
    }
  });
}

const sumLength = 16;

function sumOf(text: string): string {
  return checksum('event', text).slice(0, sumLength);
}

function hasEnded(events: readonly ExecutionEvent[]): boolean {
  return events.some(({ type }) => type === 'run-finished');
}

/** In the order of the runs. */
function journalNames(layout: Layout): readonly string[] {
  if (!existsSync(layout.journal)) return [];
  return readdirSync(layout.journal)
    .filter((name) => numberOf(name) > 0)
    .sort((a, b) => numberOf(a) - numberOf(b));
}

/** 0 if it is not the name of a journal. */
function numberOf(name: string): number {
  const [, number = '0'] = /^(\d{8,15})-.*\.jsonl$/.exec(name) ?? [];
  return Number(number);
}
