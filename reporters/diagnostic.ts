import type { Diagnostic } from '../base/diagnostic.ts';
import { withoutOverwritten } from '../base/overwritten.ts';
import { wrapped } from '../base/text.ts';
import type { TextFormat } from './reporter.ts';
import { lineWidth } from './reporter.ts';
import { markedLine } from './marked-line.ts';
import { harmless, harmlessLine, styled } from './style.ts';

/** Reads the lines of a file that a diagnostic points into; null if it cannot be read. */
export interface ReadLines {
  (file: string): readonly string[] | null;
  /** The path as people who read the output would write it. */
  readonly shown?: (file: string) => string;
}

/**
 * A diagnostic for people: `error[code]: message`, `file:line:column`, the line with a marker, lines of output, the hint.
 */
export function formatDiagnostic(diagnostic: Diagnostic, readLines: ReadLines, format: TextFormat): string {
  const { code, severity, message, place, hint, detail } = diagnostic;
  const { hasColour } = format;
  const width = lineWidth(format);
  const colour = severity === 'error' ? 'red' : 'yellow';
  const title = `${severity}[${code}]`;
  const text = wrapped(`${title}: ${harmlessLine(message)}`, width, '  ').join('\n');
  const lines = [text.startsWith(title) ? styled(colour, title, hasColour) + text.slice(title.length) : text];
  if (place !== undefined) {
    const { file, line, column = 1, length = 1 } = place;
    // Without a line it may be no file, such as an option of the command line.
    const shown = line === undefined ? file : (readLines.shown?.(file) ?? file);
    lines.push(
      `  ${styled('cyan', [harmlessLine(shown), line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':'), hasColour)}`,
    );
    const source = line === undefined ? undefined : readLines(file)?.[line - 1];
    if (source !== undefined && line !== undefined) {
      const gutter = String(line);
      const room = Math.min(width, widest) - gutter.length - '   | '.length;
      const { text, before, marker } = markedLine(source, column, length, room);
      lines.push(`  ${gutter} | ${text}`);
      lines.push(`  ${' '.repeat(gutter.length)} | ${before}${styled(colour, marker, hasColour)}`);
    }
  }
  if (detail !== undefined && detail !== '')
    for (const line of detail.split('\n'))
      lines.push(
        ...wrapped(harmless(withoutOverwritten(line)), width - bar.length).map((part) => `${bar}${part}`),
      );
  if (hint !== undefined) lines.push(...wrapped(`  hint: ${harmlessLine(hint)}`, width, '    '));
  return `${lines.join('\n')}\n`;
}

/** Columns of a line of a file, also in a pipe: a file made by a program may be one line of megabytes. */
const widest = 200;

const bar = '  │ ';
