import { counted, firstOf, wrapped } from '../base/text.ts';
import { duration } from '../base/units.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { ActionStatus } from './action-status.ts';
import { marks } from './action-status.ts';
import type { TextFormat } from './reporter.ts';
import { lineWidth } from './reporter.ts';
import type { RunState } from './run-state.ts';
import { harmless, harmlessLine, styled } from './style.ts';

type Finished = Extract<ExecutionEvent, { readonly type: 'run-finished' }>;

/** The end of a run: the results of what ran as tables, what did not run and why, and one line on all of it. */
export function ending(state: RunState, finished: Finished, format: TextFormat): readonly string[] {
  const all = state.actions();
  return [
    ...all.filter((action) => action.state === 'ok').flatMap((action) => tableOf(action, format)),
    ...notRun(all, finished, format),
    summaryLine(state, finished, all, format),
  ];
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

/** The last line of a run: what ran, what did not have to, and whether any of it is emulated. */
export function summaryLine(
  state: RunState,
  { outcome, counts, milliseconds }: Finished,
  all: readonly ActionStatus[],
  format: TextFormat,
): string {
  const { ran, cached, failed, blocked } = counts;
  const { hasColour } = format;
  const mark = outcome === 'ok' ? marks.ok : marks.failed;
  const saved = state.saved() < leastSaved ? '' : `${duration(state.saved())} not repeated`;
  const upToDate = (around: (text: string) => string): string =>
    `${cached} up to date${saved === '' ? '' : around(saved)}`;
  const stopped = namesIn(all, 'stopped');
  const isIdle = outcome === 'ok' && ran === 0;
  const parts = [
    `${ran} ran`,
    upToDate((text) => ` (${text})`),
    ...(failed > 0 ? [`${failed} failed (${shownNames(namesIn(all, 'failed'))})`] : []),
    ...(stopped.length > 0 ? [`${stopped.length} stopped (${shownNames(stopped)})`] : []),
    ...(blocked > stopped.length ? [`${blocked - stopped.length} not run`] : []),
  ];
  const lead = isIdle ? mark.mark : `${mark.mark} ${words[outcome]}`;
  const told = isIdle
    ? ` ${upToDate((text) => `, ${text}`)} (${duration(milliseconds)})`
    : `: ${parts.join(', ')} in ${duration(milliseconds)}`;
  const lines = wrapped(
    `${lead}${told}${state.isEmulated() ? ` ${notice}` : ''}`,
    lineWidth(format),
    '  ',
  ).join('\n');
  const coloured = `${styled(mark.style, lead, hasColour)}${lines.slice(lead.length)}`;
  const end = coloured.length - notice.length;
  return state.isEmulated()
    ? `${coloured.slice(0, end)}${styled('yellow', notice, hasColour)}\n`
    : `${coloured}\n`;
}

const notice = 'EMULATED';
const words = { ok: 'done', failed: 'failed', lost: 'infrastructure lost', interrupted: 'interrupted' };

/** In ms; less is not worth a word. */
const leastSaved = 1000;

/** What did not run, by the failure that is to blame. What an interrupted run leaves is only counted. */
function notRun(
  all: readonly ActionStatus[],
  { outcome }: Pick<Finished, 'outcome'>,
  format: TextFormat,
): readonly string[] {
  const failed = new Set(namesIn(all, 'failed'));
  const byReason = new Map<string, string[]>();
  for (const { action, state, cause } of all) {
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

function namesIn(all: readonly ActionStatus[], state: ActionStatus['state']): readonly string[] {
  return all.filter((action) => action.state === state).map(({ action }) => action);
}

function shownNames(names: readonly string[], most = 5): string {
  return firstOf(names.map(harmlessLine), most);
}
