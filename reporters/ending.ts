import { counted, wrapped } from '../base/text.ts';
import type { ActionStatus } from './action-status.ts';
import { marks } from './action-status.ts';
import type { TextFormat } from './reporter.ts';
import { lineWidth } from './reporter.ts';
import type { RunState } from './run-state.ts';
import { harmless, harmlessLine, styled } from './style.ts';
import type { Finished } from './summary.ts';
import { namesIn, shownNames, summaryLine } from './summary.ts';

/**
 * The end of a run: the results of what ran as tables, where to find what was not said of failures (`shortened`: of how many), what did
 * not run and why, and one line on all of it.
 */
export function ending(
  state: RunState,
  finished: Finished,
  shortened: number,
  format: TextFormat,
): readonly string[] {
  // Of a run that starts nothing, all that counts is why.
  if (state.refusedBy() !== null) return [summaryLine(state, finished, format)];
  const ran = state.actions().filter((action) => action.state === 'ok');
  return [
    ...ran.flatMap((action) => tableOf(action, format)),
    shortenedLine(shortened, format),
    ...notRun(state, finished, format),
    summaryLine(state, finished, format),
  ];
}

/** Where to find what was not said of failures that were one line each; nothing if there were none. */
export function shortenedLine(count: number, format: TextFormat): string {
  if (count === 0) return '';

  const text = `  ${counted(count, 'failure')} more, of which the first line is shown: pipeline status has their messages, pipeline logs NAME the output`;
  return `${wrapped(text, lineWidth(format), '    ').join('\n')}\n`;
}

/** The result of an action as lines, below its name; none if it has no such result. */
export function tableOf(
  { action, lines }: Pick<ActionStatus, 'action' | 'lines'>,
  format: TextFormat,
): readonly string[] {
  if (lines.length === 0) return [];
  const width = lineWidth(format);
  const shown = lines.flatMap((line) => wrapped(`  ${harmless(line)}`, width, '    '));
  return [`\n${harmlessLine(action)}\n`, ...shown.map((line) => `${line}\n`), '\n'];
}

/** What did not run, by the failure that is to blame. What an interrupted run leaves is only counted. */
function notRun(run: RunState, { outcome }: Finished, format: TextFormat): readonly string[] {
  const failed = new Set(namesIn(run, 'failed'));
  const byReason = new Map<string, string[]>();
  for (const { action, state, cause } of run.actions()) {
    const isBlamed = cause !== null && failed.has(cause);
    if (state !== 'not run' || (!isBlamed && outcome === 'interrupted')) continue;
    const reason = isBlamed ? ` because of ${harmlessLine(cause)}` : '';
    const names = byReason.get(reason) ?? [];
    byReason.set(reason, names);
    names.push(action);
  }
  const { mark, style } = marks['not run'];
  return [...byReason].map(([reason, names]) => {
    const text = `${mark} ${counted(names.length, 'action')} not run${reason}: ${shownNames(names, 20)}`;
    const lines = wrapped(text, lineWidth(format), '    ').join('\n');
    return `${styled(style, mark, format.hasColour)}${lines.slice(mark.length)}\n`;
  });
}
