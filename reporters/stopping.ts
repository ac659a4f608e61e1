import { counted, wrapped } from '../base/text.ts';
import type { TextFormat } from './reporter.ts';
import { lineWidth } from './reporter.ts';
import type { RunState } from './run-state.ts';

/** What a run says at once when the user stops it. */
export function stoppingLine(state: RunState, format: TextFormat): string {
  const running = state.count('running');
  const text =
    running === 0
      ? 'stopping'
      : `stopping: waiting for ${counted(running, 'running action')}; press Ctrl-C again to kill ${running === 1 ? 'it' : 'them'}`;
  return `${wrapped(text, lineWidth(format), '  ').join('\n')}\n`;
}
