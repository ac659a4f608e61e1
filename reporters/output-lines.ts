import { withoutOverwritten } from '../base/overwritten.ts';
import { padded } from '../base/text.ts';
import { harmless, harmlessLine, styled } from './style.ts';

/** The output of actions as whole lines, each behind the name of its action: `build/0 │ …`. */
export interface OutputLines {
  /** The lines that a piece of output completes. */
  readonly take: (action: string, text: string, labelWidth: number) => string;
  /** The last line of an action that has ended, if it has no end. */
  readonly end: (action: string, labelWidth: number) => string;
}

export function createOutputLines(hasColour: boolean): OutputLines {
  const rests = new Map<string, string>();
  const shown = (action: string, line: string, labelWidth: number): string =>
    `${styled('gray', `${padded(harmlessLine(action), labelWidth)} │`, hasColour)} ${harmless(withoutOverwritten(line)).trimEnd()}\n`;
  return {
    take(action, text, labelWidth) {
      const lines = `${rests.get(action) ?? ''}${text}`.split('\n');
      let rest = withoutOverwritten(lines.pop() ?? '');
      if (rest.length > longestLine) {
        lines.push(rest);
        rest = '';
      }
      rests.set(action, rest);
      return lines.map((line) => shown(action, line, labelWidth)).join('');
    },
    end(action, labelWidth) {
      const rest = rests.get(action) ?? '';
      rests.delete(action);
      return rest === '' ? '' : shown(action, rest, labelWidth);
    },
  };
}

/** A line without end is broken here, so that it does not grow without end either. */
const longestLine = 10_000;
