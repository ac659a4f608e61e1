import { clipped, displayWidth, padded } from '../base/text.ts';
import { clockTime, roughTime } from '../base/units.ts';
import type { ActionStatus } from './action-status.ts';
import { marks } from './action-status.ts';
import type { Terminal } from './reporter.ts';
import type { RunState } from './run-state.ts';
import type { Style } from './style.ts';
import { harmlessLine, styled } from './style.ts';

/** What a frame shows in addition to the state of the run. */
export interface FrameContext {
  /** ms since 1970. */
  readonly now: number;
  /** Counts frames. */
  readonly tick: number;
  /** The last line of output of an action, if it printed anything. */
  readonly lastLine: (action: string) => string | undefined;
}

/**
 * The live part of the view: a line on the whole run, what runs, with its last line of output if there is room, and the names of
 * some that wait. Its cost depends on the rows, not on the number of actions. Every line is narrower than the terminal, and
 * there are fewer than it has rows, at most 30.
 */
export function frame(
  state: RunState,
  { now, tick, lastLine }: FrameContext,
  { width, height, hasColour }: Pick<Terminal, 'width' | 'height' | 'hasColour'>,
): readonly string[] {
  const rows = Math.min(height - 1, mostRows);
  if (rows < 1) return [];
  // A terminal breaks a line only after its last column, but some erase that column if a line fills it.
  const paint = (...parts: readonly Part[]): string => painted(parts, width - 1, hasColour);
  const lines = [paint(...statusLine(state, now, width - 1))];
  const running = state.count('running');
  const room = rows - lines.length;
  const shown = firstItems(state.running(), running > room ? room - 1 : room);
  const labelWidth = Math.min(widestOf(shown.map(({ action }) => harmlessLine(action))), width >> 1);
  let spare = room - running - 1;
  const spinner = spinners[tick % spinners.length] ?? '';
  for (const action of shown) {
    lines.push(paint([`${spinner} `, 'cyan'], ...runningLine(action, now, labelWidth)));
    const last = lastLine(action.action);
    if (last === undefined || spare < 1) continue;
    spare--;
    lines.push(paint([`    ${last}`, 'gray']));
  }
  if (running > shown.length && room > 0)
    lines.push(paint([`  and ${running - shown.length} more running`, 'gray']));
  if (state.waiting().count > 0 && lines.length < rows)
    lines.push(paint([waitingLine(state, width - 1), 'gray']));
  return lines;
}

const mostRows = 30;
const spinners = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

type Part = readonly [text: string, style: Style | null];

/** Cut to the width before colours are added, which take no columns. */
function painted(parts: readonly Part[], width: number, hasColour: boolean): string {
  let left = width;
  let line = '';
  for (const [text, style] of parts) {
    if (left < 1) break;
    const cut = clipped(text, left);
    left -= displayWidth(cut);
    line += style === null ? cut : styled(style, cut, hasColour);
    if (cut !== text) break;
  }
  return line;
}

/** `12/34 done, 2 running, 3 up to date, ≈ 41 min left · 12 min 5 s`; what is less important gives way if there is little room. */
function statusLine(state: RunState, now: number, width: number): readonly Part[] {
  const total = state.total();
  const count = (which: ActionStatus['state']): string => `${state.count(which)} ${which}`;
  const has = (which: ActionStatus['state']): boolean => state.count(which) > 0;
  const remaining = state.remaining(now);
  const done = state.count('ok') + state.count('up to date');
  const stopping = state.isStopping() ? 'stopping, ' : '';
  const parts: readonly (readonly [importance: number, text: string, style: Style | null])[] = [
    // More than one of a stage may be left while its items are not known.
    [9, `${stopping}${done}/${total.count}${total.isExact ? '' : '+'} done`, 'bold'],
    ...(has('running') ? [[5, count('running'), null] as const] : []),
    ...(has('failed') ? [[8, count('failed'), 'red'] as const] : []),
    ...(has('not run') ? [[3, count('not run'), null] as const] : []),
    ...(has('up to date') ? [[2, count('up to date'), null] as const] : []),
    ...(remaining === null || state.isStopping()
      ? []
      : [[7, `≈ ${roughTime(remaining)} left`, null] as const]),
  ];
  const elapsed = ` · ${clockTime(now - state.began())}`;
  for (let least = 0; ; least++) {
    const kept = parts.filter(([importance]) => importance > least);
    const line = [
      ...kept.flatMap(([, text, style], at): readonly Part[] => [
        ...(at === 0 ? [] : [[', ', null] as const]),
        [text, style],
      ]),
      [elapsed, 'gray'] as const,
    ];
    if (kept.length <= 1 || displayWidth(line.map(([text]) => text).join('')) <= width) return line;
  }
}

/** `build/0  12 min 5 s of ≈ 55 min  route_design 5/6`; until a step is known, why it runs. */
function runningLine(
  { action, since, expectedMilliseconds, step, detail }: ActionStatus,
  now: number,
  labelWidth: number,
): readonly Part[] {
  const expected = expectedMilliseconds === null ? '' : ` of ≈ ${roughTime(expectedMilliseconds)}`;
  return [
    [padded(clipped(harmlessLine(action), labelWidth), labelWidth), null],
    [`  ${clockTime(now - (since ?? now))}${expected}`, null],
    step === null ? [`  ${harmlessLine(detail)}`, 'gray'] : [`  ${harmlessLine(step)}`, 'cyan'],
  ];
}

/** `… package/0, package/1 and 4 more`: as many names as fit. */
function waitingLine(state: RunState, width: number): string {
  const { count, names } = state.waiting();
  let line = `${marks.waiting.mark} `;
  let named = 0;
  for (const action of names) {
    const next = `${line}${named === 0 ? '' : ', '}${harmlessLine(action)}`;
    const others = count - named - 1;
    if (displayWidth(next) + (others === 0 ? 0 : ` and ${others} more`.length) > width) break;
    line = next;
    named++;
  }
  if (named === count) return line;
  return named === 0 ? `${line}${count} waiting` : `${line} and ${count - named} more`;
}

function widestOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(displayWidth));
}

function firstItems<T>(items: Iterable<T>, most: number): readonly T[] {
  const found: T[] = [];
  for (const item of items) {
    if (found.length >= most) break;
    found.push(item);
  }
  return found;
}
