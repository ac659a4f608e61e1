import { withoutOverwritten } from '../base/overwritten.ts';
import { counted } from '../base/text.ts';
import type { ActionStatus } from './action-status.ts';
import type { ReadLines } from './diagnostic.ts';
import type { Choice } from './ended.ts';
import { createActionTexts } from './ended.ts';
import { ending } from './ending.ts';
import { frame } from './frame.ts';
import { createOutputLines } from './output-lines.ts';
import type { Clock, Reporter, Terminal, Volume } from './reporter.ts';
import { followRun } from './run-state.ts';
import { savingText } from './saving.ts';
import { sharingText } from './sharing.ts';
import { createScreen } from './screen.ts';
import { killedLine, stoppingLine } from './stopping.ts';
import { harmless } from './style.ts';

/**
 * The view on a terminal: what has ended stays as lines, and below them a few rows show what runs. They are drawn ten times a
 * second, however many events come.
 */
export function liveReporter(
  terminal: Terminal,
  readLines: ReadLines,
  {
    clock,
    volume,
    choice,
  }: { readonly clock: Clock; readonly volume: Exclude<Volume, 'quiet'>; readonly choice: Choice },
): Reporter {
  const state = followRun();
  const screen = createScreen(terminal);
  const output = createOutputLines(terminal.hasColour);
  const texts = createActionTexts(state, 'mark', choice, readLines, terminal);
  const lastLines = new Map<string, string>();
  let above = '';
  let tick = 0;
  let listed = 0;
  let unlisted = 0;
  let stopDrawing: (() => void) | null = null;
  const isResizing = watchSize(terminal, clock);
  const draw = (isLast: boolean): void => {
    // The last one does not wait.
    if (isResizing() && !isLast) return;
    const context = {
      now: clock.now(),
      tick: tick++,
      lastLine: (action: string) => lastLineOf(lastLines.get(action)),
    };
    screen.show(above, isLast ? [] : frame(state, context, terminal));
    above = '';
  };
  const end = (status: ActionStatus): void => {
    above += output.end(status.action, state.labelWidth());
    lastLines.delete(status.action);
    const { state: now, diagnostics } = status;
    if (now === 'ok' && isTrivial(status) && ++listed > mostTrivial) {
      unlisted++;
      return;
    }
    // One that waits was stopped by something else.
    if (!['ok', 'failed', 'waiting'].includes(now) && diagnostics.length === 0) return;
    above += texts.of(status);
  };
  return {
    report(event) {
      stopDrawing ??= clock.every(frameMilliseconds, () => {
        draw(false);
      });
      const changed = state.take(event);
      if (changed !== null && changed.state !== 'running') end(changed);
      if (event.type === 'run-stopping') {
        above += stoppingLine(state, terminal);
        draw(false);
      }
      if (event.type === 'action-output') {
        const text = `${lastLines.get(event.action) ?? ''}${event.text.slice(-longestLine)}`;
        lastLines.set(event.action, text.slice(-longestLine));
        if (volume === 'verbose') above += output.take(event.action, event.text, state.labelWidth());
      }
      if (event.type === 'results-saved') above += savingText(event, readLines, terminal);
      if (event.type === 'results-shared') above += sharingText(event, readLines, terminal, false);
      if (event.type === 'run-finished') {
        if (unlisted > 0)
          above += `  and ${counted(unlisted, 'quick action')} more (pipeline status lists all)\n`;
        above += ending(state, event, texts.shortened(), terminal).join('');
      }
    },
    abandon() {
      stopDrawing?.();
      above += killedLine(state, terminal);
      draw(true);
    },
    finish() {
      stopDrawing?.();
      draw(true);
      return Promise.resolve();
    },
  };
}

const frameMilliseconds = 100;

/**
 * Whether the size of a terminal has changed just now. While a window is dragged, what is known of its size is behind what it is,
 * and a frame would be drawn for, and in place of rows of, another width. tmux reports a change after 250 ms.
 */
function watchSize(terminal: Pick<Terminal, 'width' | 'height'>, clock: Clock): () => boolean {
  let { width, height } = terminal;
  let changedAt = -Infinity;
  return () => {
    if (width !== terminal.width || height !== terminal.height) changedAt = clock.now();
    ({ width, height } = terminal);
    return clock.now() - changedAt < restMilliseconds;
  };
}

const restMilliseconds = 300;

/** Of the output of an action the last line is shown, so no more than this many characters of it are of use. */
const longestLine = 1000;

function lastLineOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => harmless(withoutOverwritten(line)).replaceAll('\t', ' '));
  return lines.findLast((line) => line.trim() !== '')?.trimEnd();
}

/** Whether nothing can be said of an action but that it ran. More lines about such ones than this would hide the others. */
function isTrivial({ milliseconds, detail, diagnostics }: ActionStatus): boolean {
  return (milliseconds ?? 0) < 1000 && detail === '' && diagnostics.length === 0;
}

const mostTrivial = 20;
