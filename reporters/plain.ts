import { localTime } from '../base/local-time.ts';
import { firstOf } from '../base/text.ts';
import { roughTime } from '../base/units.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import type { Choice } from './ended.ts';
import { createActionTexts } from './ended.ts';
import { ending, shortenedLine } from './ending.ts';
import { createOutputLines } from './output-lines.ts';
import type { Clock, Reporter, Terminal, Volume } from './reporter.ts';
import type { RunState } from './run-state.ts';
import { followRun } from './run-state.ts';
import { savingText } from './saving.ts';
import { sharingText } from './sharing.ts';
import { killedLine, stoppingLine } from './stopping.ts';
import { harmlessLine } from './style.ts';
import { summaryLine } from './summary.ts';

/**
 * Lines that stay, for logs, pipes and CI: what starts and why, how it ends, and what still runs if there is nothing else to
 * say for a minute. What is up to date is only counted.
 */
export function plainReporter(
  terminal: Terminal,
  readLines: ReadLines,
  { clock, volume, choice }: { readonly clock: Clock; readonly volume: Volume; readonly choice: Choice },
): Reporter {
  const state = followRun();
  const output = createOutputLines(terminal.hasColour);
  const texts = createActionTexts(state, 'word', choice, readLines, terminal);
  const isQuiet = volume === 'quiet';
  let lastAt = clock.now();
  let stopBeats: (() => void) | null = null;
  const write = (text: string): void => {
    if (text === '') return;
    lastAt = clock.now();
    terminal.write(text);
  };
  const beat = (): void => {
    if (clock.now() - lastAt >= silence && state.count('running') > 0)
      write(stillRunning(state, clock.now()));
  };
  return {
    report(event) {
      const changed = state.take(event);
      if (event.type === 'run-waiting') write(waitingLine(event));
      if (event.type === 'run-checked')
        for (const diagnostic of event.diagnostics)
          if (!isQuiet || diagnostic.severity === 'error')
            write(formatDiagnostic(diagnostic, readLines, terminal));
      if (event.type === 'results-saved' && (!isQuiet || event.diagnostics.length > 0))
        write(savingText(event, readLines, terminal));
      if (event.type === 'results-shared') write(sharingText(event, readLines, terminal, isQuiet));
      if (event.type === 'run-stopping') write(stoppingLine(state, terminal));
      if (event.type === 'action-started' && !isQuiet) stopBeats ??= clock.every(silence / 12, beat);
      if (volume === 'verbose' && event.type === 'action-output')
        write(output.take(event.action, event.text, state.labelWidth()));
      if (changed !== null && event.type !== 'action-progressed') {
        write(output.end(changed.action, state.labelWidth()));
        const { state: now, diagnostics } = changed;
        // One that waits was stopped by something else.
        const isTold = now === 'failed' || (!isQuiet && ['running', 'ok', 'waiting'].includes(now));
        const isWarned = !isQuiet && now === 'up to date' && diagnostics.length > 0;
        if (isTold || isWarned) write(texts.of(changed));
      }
      if (event.type !== 'run-finished') return;
      stopBeats?.();
      if (isQuiet)
        write(`${shortenedLine(texts.shortened(), terminal)}${summaryLine(state, event, terminal)}`);
      else for (const text of ending(state, event, texts.shortened(), terminal)) write(text);
    },
    abandon() {
      write(killedLine(state, terminal));
    },
    finish() {
      stopBeats?.();
      return Promise.resolve();
    },
  };
}

/** In ms: some services for CI end a job that says nothing for ten minutes, and a person wonders earlier. */
const silence = 60_000;

/** `still running: build/0 12 min (route_design 5/6), build/1 3 min`. */
function stillRunning(state: RunState, now: number): string {
  const running = [...state.running()].map(({ action, since, step }) => {
    const time = since === null ? '' : ` ${roughTime(now - since)}`;
    return `${harmlessLine(action)}${time}${step === null ? '' : ` (${harmlessLine(step)})`}`;
  });
  return `still running: ${firstOf(running, 10)}\n`;
}

/** Says whom the run waits for, and what to do if that one cannot be seen from here. */
function waitingLine({ pid, host, since, isElsewhere }: Waiting): string {
  const other = `process ${pid} on ${harmlessLine(host)}, since ${localTime(since)}`;
  const way = isElsewhere ? '; if it no longer runs, delete .pipeline/lock' : '';
  return `waiting for another run in this project (${other})${way}\n`;
}

type Waiting = Extract<ExecutionEvent, { readonly type: 'run-waiting' }>;
