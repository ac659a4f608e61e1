import type { Diagnostic } from '../base/diagnostic.ts';
import { harmless, harmlessLine, styled } from './style.ts';

/** Reads the lines of a file that a diagnostic points into; null if it cannot be read. */
export interface ReadLines {
  (file: string): readonly string[] | null;
  /** The path as people who read the output would write it. */
  readonly shown?: (file: string) => string;
}

/**
 * A diagnostic for people: `error[code]: message`, `file:line:column`, the line with a marker, the hint.
 */
export function formatDiagnostic(diagnostic: Diagnostic, readLines: ReadLines, hasColour: boolean): string {
  const { code, severity, message, place, hint, detail } = diagnostic;
  const colour = severity === 'error' ? 'red' : 'yellow';
  const lines = [`${styled(colour, `${severity}[${code}]`, hasColour)}: ${harmlessLine(message)}`];
  if (place !== undefined) {
    const { file, line, column = 1, length = 1 } = place;
    // Without a line it may be no file, such as an option of the command line.
    const shown = line === undefined ? file : (readLines.shown?.(file) ?? file);
    lines.push(
      `  ${styled('cyan', [harmlessLine(shown), line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':'), hasColour)}`,
    );
    const text = line === undefined ? undefined : readLines(file)?.[line - 1];
    if (text !== undefined && line !== undefined) {
      const gutter = String(line);
      // Tabs keep their width only if the marker line has them too.
      const before = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
      const marker = '^'.repeat(Math.max(1, Math.min(length, text.length - column + 1)));
      lines.push(`  ${gutter} | ${harmless(text)}`);
      lines.push(`  ${' '.repeat(gutter.length)} | ${before}${styled(colour, marker, hasColour)}`);
    }
  }
  if (detail !== undefined && detail !== '')
    lines.push(
      ...harmless(detail)
        .split('\n')
        .map((line) => `  │ ${line}`),
    );
  if (hint !== undefined) lines.push(`  hint: ${harmlessLine(hint)}`);
  return `${lines.join('\n')}\n`;
}
