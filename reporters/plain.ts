import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import type { Reporter, Terminal } from './reporter.ts';
import { duration } from '../base/units.ts';
import { harmless, styled } from './style.ts';
import { detailLines, summaryLine } from './summary.ts';

/** One line per change of an action's state, for logs, pipes and CI; the output of an action only where it failed. */
export function plainReporter(terminal: Terminal, readLines: ReadLines): Reporter {
  const { hasColour } = terminal;
  let isEmulated = false;
  const details: string[] = [];
  const line = (action: string, state: string, rest: string): void => {
    terminal.write(`${action.padEnd(14)} ${state}${rest === '' ? '' : ` ${rest}`}\n`);
  };
  return {
    report(event: ExecutionEvent) {
      switch (event.type) {
        case 'action-started':
          line(event.action, styled('cyan', 'running', hasColour), `(${harmless(event.reason)})`);
          break;
        case 'action-cached':
          isEmulated ||= event.emulated;
          details.push(...detailLines(event));
          line(event.action, styled('gray', 'up to date', hasColour), harmless(event.summary ?? ''));
          for (const warning of event.warnings)
            terminal.write(formatDiagnostic(warning, readLines, hasColour));
          break;
        case 'action-succeeded': {
          isEmulated ||= event.emulated;
          details.push(...detailLines(event));
          const rest = `${duration(event.milliseconds)}${event.unchanged ? ' (same result)' : ''}  ${harmless(event.summary ?? '')}`;
          line(event.action, styled('green', 'ok', hasColour), rest.trimEnd());
          for (const warning of event.warnings)
            terminal.write(formatDiagnostic(warning, readLines, hasColour));
          break;
        }
        case 'action-failed':
          line(event.action, styled('red', 'failed', hasColour), '');
          for (const diagnostic of event.diagnostics)
            terminal.write(formatDiagnostic(diagnostic, readLines, hasColour));
          if (event.directory !== null) terminal.write(`  its work directory is kept: ${event.directory}\n`);
          break;
        case 'action-blocked':
          line(event.action, styled('yellow', 'not run', hasColour), `(needs ${event.by})`);
          break;
        case 'action-cancelled':
          line(event.action, styled('yellow', 'cancelled', hasColour), '');
          break;
        case 'run-finished':
          for (const text of details) terminal.write(text);
          terminal.write(summaryLine(event, isEmulated, hasColour));
          break;
        case 'run-started':
        case 'stage-expanded':
        case 'action-submitted':
        case 'action-output':
          break;
      }
    },
    finish: () => Promise.resolve(),
  };
}
