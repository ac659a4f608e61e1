import { padded } from '../base/text.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { ActionStatus } from './action-status.ts';
import { remark, statusAfter } from './action-status.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import { collectEnding } from './ending.ts';
import type { Reporter, Terminal } from './reporter.ts';
import type { Style } from './style.ts';
import { harmlessLine, styled } from './style.ts';

const styles: { readonly [State in ActionStatus['state']]: Style } = {
  waiting: 'gray',
  running: 'cyan',
  ok: 'green',
  'up to date': 'gray',
  failed: 'red',
  'not run': 'yellow',
  cancelled: 'yellow',
};

/** One line per change of an action's state, for logs, pipes and CI; the output of an action only if it failed. */
export function plainReporter(terminal: Terminal, readLines: ReadLines): Reporter {
  const { hasColour } = terminal;
  const ending = collectEnding(hasColour);
  // Of a run that starts nothing, all that counts is why.
  let isRefused = false;
  return {
    report(event) {
      if (event.type === 'run-waiting') terminal.write(waitingLine(event));
      if (event.type === 'run-checked') {
        isRefused = event.isRefused;
        for (const diagnostic of event.diagnostics)
          terminal.write(formatDiagnostic(diagnostic, readLines, hasColour));
      }
      const status = isRefused ? null : statusAfter(event);
      if (status !== null) {
        const { action, state, diagnostics, directory } = status;
        const shown = [padded(action, 14), styled(styles[state], state, hasColour), remark(status)];
        terminal.write(`${shown.filter((part) => part !== '').join(' ')}\n`);
        for (const diagnostic of diagnostics)
          terminal.write(formatDiagnostic(diagnostic, readLines, hasColour));
        if (directory !== null) terminal.write(`  its work directory is kept: ${directory}\n`);
      }
      for (const text of ending.after(event)) terminal.write(text);
    },
    finish: () => Promise.resolve(),
  };
}

/** Says whom the run waits for, and what to do if that one cannot be seen from here. */
function waitingLine({ pid, host, since, isElsewhere }: Waiting): string {
  const other = `process ${pid} on ${harmlessLine(host)}, since ${new Date(since).toISOString()}`;
  const way = isElsewhere ? '; if it no longer runs, delete .pipeline/lock' : '';
  return `waiting for another run in this project (${other})${way}\n`;
}

type Waiting = Extract<ExecutionEvent, { readonly type: 'run-waiting' }>;
