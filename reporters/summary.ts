import { counted, firstOf, wrapped } from '../base/text.ts';
import { duration } from '../base/units.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { ActionState, ActionStatus } from './action-status.ts';
import { marks } from './action-status.ts';
import type { TextFormat } from './reporter.ts';
import { lineWidth } from './reporter.ts';
import type { RunState } from './run-state.ts';
import { harmlessLine, styled } from './style.ts';

export type Finished = Extract<ExecutionEvent, { readonly type: 'run-finished' }>;

/** The last line of a run: what ran, what did not have to, and whether any of it is emulated. */
export function summaryLine(state: RunState, finished: Finished, format: TextFormat): string {
  const refusedBy = state.refusedBy();
  if (refusedBy !== null) {
    const { mark, style } = marks.failed;
    const lead = `${mark} nothing was started:`;
    return `${styled(style, lead, format.hasColour)} ${counted(refusedBy, 'problem')}\n`;
  }
  const { outcome, counts } = finished;
  const isIdle = outcome === 'ok' && counts.ran === 0;
  const { mark, style } = outcome === 'ok' ? marks.ok : marks.failed;
  const lead = isIdle ? mark : `${mark} ${words[outcome]}:`;
  const end = state.isEmulated() ? ' EMULATED' : '';
  const text = `${lead} ${isIdle ? idleText(state, finished) : workText(state, finished)}`;
  const lines = wrapped(`${text}${end}`, lineWidth(format), '  ').join('\n');
  const { hasColour } = format;
  const shown = [
    styled(style, lead, hasColour),
    lines.slice(lead.length, lines.length - end.length),
    styled('yellow', lines.slice(lines.length - end.length), hasColour),
  ];
  return `${shown.join('')}\n`;
}

/** The names of the actions in a state. */
export function namesIn(state: RunState, which: ActionState): readonly string[] {
  const isOne = ({ state: each }: ActionStatus): boolean => each === which;
  return state
    .actions()
    .filter(isOne)
    .map(({ action }) => action);
}

/** The first of some names of actions, harmless for a terminal. */
export function shownNames(names: readonly string[], most = 5): string {
  return firstOf(names.map(harmlessLine), most);
}

const words = { ok: 'done', failed: 'failed', lost: 'infrastructure lost', interrupted: 'interrupted' };

/** `14 up to date, 2 h 10 min not repeated`. */
function idleText(state: RunState, { counts }: Finished): string {
  return [`${counts.cached} up to date`, ...savedText(state)].join(', ');
}

/** `3 ran, 11 up to date (2 h 10 min not repeated), 1 failed (build/0), 4 not run in 12 min 5 s`. */
function workText(state: RunState, { counts, milliseconds }: Finished): string {
  const { ran, cached, failed, blocked } = counts;
  const stopped = namesIn(state, 'stopped');
  const left = blocked - stopped.length;
  const parts = [
    `${ran} ran`,
    [`${cached} up to date`, ...savedText(state).map((text) => `(${text})`)].join(' '),
    ...(failed > 0 ? [`${failed} failed (${shownNames(namesIn(state, 'failed'))})`] : []),
    ...(stopped.length > 0 ? [`${stopped.length} stopped (${shownNames(stopped)})`] : []),
    ...(left > 0 ? [`${left} not run`] : []),
  ];
  return `${parts.join(', ')} in ${duration(milliseconds)}`;
}

/** The time that did not have to be spent again; nothing if it is too little for a word. */
function savedText(state: RunState): readonly string[] {
  const saved = state.saved();
  return saved < 1000 ? [] : [`${duration(saved)} not repeated`];
}
