import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from '../base/text.ts';
import type { Terminal } from './reporter.ts';
import { harmlessView } from './style.ts';

/** The end of a terminal's contents, which is replaced again and again; what is above it stays. */
export interface Screen {
  /**
   * Adds whole lines above the live part and replaces the live part, in one write. Each of its lines must be narrower than the
   * terminal, and there must be fewer than the terminal has rows.
   */
  readonly show: (above: string, live: readonly string[]) => void;
}

/** `terminal` must be live. The cursor stays in the row below the live part, where an interrupted program leaves it well. */
export function createScreen(terminal: Pick<Terminal, 'pass' | 'width' | 'height'>): Screen {
  let shown: readonly string[] = [];
  let last = { width: 0, height: 0 };
  return {
    show(above, live) {
      const { pass, width, height } = terminal;
      const rows = width < last.width ? rowsOf(shown, width) : shown.length;
      const isInPlace = above === '' && width === last.width && height === last.height;
      const next = live.map(harmlessView);
      let text = '';
      if (isInPlace && next.length > 0) {
        text += rows === 0 ? '' : `\u001b[${rows}A`;
        // A line that is the same is not sent again. Of the others the whole row is erased first: tmux counts a row as long as it
        // ever was if only its end is erased, and breaks it when the terminal becomes narrower.
        for (const [at, line] of next.entries()) text += line === shown[at] ? '\n' : `\r\u001b[2K${line}\n`;
        // Also the row of the cursor, where the terminal shows the keys that someone presses.
        text += '\u001b[J';
        // The terminal may have become narrower without having said so yet: then no row may become two.
        text = `${wrapOff}${text}${wrapOn}`;
      } else {
        // Row by row: tmux keeps a copy of everything that is erased at once from the first row on.
        text += rows === 0 ? '' : `\r\u001b[J${'\u001b[1A\u001b[2K'.repeat(rows)}`;
        text += `\r${harmlessView(above)}${next.map((line) => `${line}\n`).join('')}`;
      }
      shown = next;
      last = { width, height };
      pass(text);
    },
  };
}

const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';

/** The rows that lines take once the terminal has become narrower and has broken them. */
function rowsOf(lines: readonly string[], width: number): number {
  return lines.reduce(
    (sum, line) => sum + Math.max(1, Math.ceil(displayWidth(stripVTControlCharacters(line)) / width)),
    0,
  );
}
