import { counted, firstOf, wrapped } from '../base/text.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import type { TextFormat } from './reporter.ts';
import { lineWidth } from './reporter.ts';
import { harmlessLine } from './style.ts';

type Saved = Extract<ExecutionEvent, { readonly type: 'results-saved' }>;

/** What was copied to where stages save their results, and what is wrong with that. */
export function savingText(
  { folders, files, removed, diagnostics }: Saved,
  readLines: ReadLines,
  format: TextFormat,
): string {
  const shown = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, readLines, format)).join('');
  if (files + removed === 0) return shown;
  const gone = removed === 0 ? '' : `, ${removed} of earlier results deleted`;
  const where = firstOf(
    folders.map((folder) => `${harmlessLine(folder)}/`),
    5,
  );
  const text = `${counted(files, 'file')} saved in ${where}${gone}`;
  return `${wrapped(text, lineWidth(format), '  ').join('\n')}\n${shown}`;
}
