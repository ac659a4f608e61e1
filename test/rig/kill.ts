import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { cli, runEvents } from './command.ts';
import { parseJournal } from './events.ts';
import { projectWith } from './project.ts';

/** Twelve actions in three layers, so that a kill at any moment finds finished, running and waiting ones. */
const actions = Array.from({ length: 12 }, (_, at) => {
  const needs = at < 4 ? '' : `needs: {n: s${at - 4}}, `;
  const command = `head -c 20000 /dev/zero > out/x; ls in; echo ${at} >> out/x`;
  return `  s${at}: {kind: shell, ${needs}with: {command: '${command}', outputs: [x]}}\n`;
});

export interface KillOutcome {
  /** How the run after the kill ended. */
  readonly outcome: string;
  /** Actions that had succeeded before the kill, according to the journal of the killed run. */
  readonly finished: readonly string[];
  /** Actions that the run after the kill started. */
  readonly started: readonly string[];
  /** Whether a third run had anything to do. */
  readonly restless: boolean;
  readonly leftovers: readonly string[];
}

/** A whole run reports about this many events. */
export const eventsOfRun = 60;

/** Runs a pipeline, kills the command with SIGKILL the given time in ms after its nth event, and runs it again. */
export async function killAfter(events: number, milliseconds: number): Promise<KillOutcome> {
  const folder = projectWith({ 'pipeline.yaml': `version: 1\nstages:\n${actions.join('')}` });
  const run = execa(process.execPath, [cli, 'run', '--json'], { cwd: folder, reject: false });
  // Counting events instead of time, a busy machine is killed at the same moments as an idle one.
  let seen = 0;
  run.stdout.on('data', (text: Buffer) => {
    const before = seen;
    seen += text.toString().split('\n').length - 1;
    if (before < events && seen >= events) setTimeout(() => run.kill('SIGKILL'), milliseconds);
  });
  await run;
  const finished = succeeded(journalEvents(folder));
  const second = await runEvents(folder);
  const third = await runEvents(folder);
  const last = second.at(-1);
  return {
    outcome: last?.type === 'run-finished' ? last.outcome : 'none',
    finished,
    started: second.flatMap((event) => (event.type === 'action-started' ? [event.action] : [])),
    restless: third.some(({ type }) => type === 'action-started'),
    leftovers: ['work', 'failed', 'lock'].filter((name) => {
      const path = join(folder, '.pipeline', name);
      return existsSync(path) && (name === 'lock' || readdirSync(path).length > 0);
    }),
  };
}

function journalEvents(folder: string): readonly ExecutionEvent[] {
  const journal = join(folder, '.pipeline/journal');
  if (!existsSync(journal)) return [];
  return readdirSync(journal).flatMap((name) => {
    return parseJournal(readFileSync(join(journal, name), 'utf8'));
  });
}

function succeeded(events: readonly ExecutionEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'action-succeeded' ? [event.action] : []));
}
