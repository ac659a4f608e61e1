import { counted, wrapped } from '../base/text.ts';
import { marks } from './action-status.ts';
import type { TextFormat } from './reporter.ts';
import { lineWidth } from './reporter.ts';
import type { RunState } from './run-state.ts';
import { styled } from './style.ts';
import { shownNames } from './summary.ts';

/** What a run says at once when the user stops it. */
export function stoppingLine(state: RunState, format: TextFormat): string {
  const running = state.count('running');
  const text =
    running === 0
      ? 'stopping'
      : `stopping: waiting for ${counted(running, 'running action')}; press Ctrl-C again to kill ${running === 1 ? 'it' : 'them'}`;
  return `${wrapped(text, lineWidth(format), '  ').join('\n')}\n`;
}

/** The last line of a run that the user ended without waiting: what was killed, and what is kept. */
export function killedLine(state: RunState, format: TextFormat): string {
  const { mark, style } = marks.failed;
  const names = [...state.running()].map(({ action }) => action);
  const lead = names.length === 0 ? `${mark} ended at once:` : `${mark} killed:`;
  const killed = names.length === 0 ? 'nothing was running' : shownNames(names);
  const results = state.count('ok');
  const kept =
    results === 0
      ? 'no action of this run had ended'
      : `${counted(results, 'result')} of this run ${results === 1 ? 'is' : 'are'} kept`;
  const lines = wrapped(`${lead} ${killed}; ${kept}`, lineWidth(format), '  ').join('\n');
  return `${styled(style, lead, format.hasColour)}${lines.slice(lead.length)}\n`;
}
