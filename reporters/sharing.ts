import { counted } from '../base/text.ts';
import { byteSize } from '../base/units.ts';
import type { ExecutionEvent, SharedAmount } from '../core/contracts/events.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import type { TextFormat } from './reporter.ts';

type Shared = Extract<ExecutionEvent, { readonly type: 'results-shared' }>;

/** What came from the remote cache and went there, and what is wrong with it; only the latter if it `isQuiet`. */
export function sharingText(
  { fetched, sent, unsent, diagnostics }: Shared,
  readLines: ReadLines,
  format: TextFormat,
  isQuiet: boolean,
): string {
  const shown = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, readLines, format)).join('');
  const parts = [
    ...amount(fetched, 'fetched'),
    ...amount(sent, 'sent'),
    ...(unsent === 0 ? [] : [`${counted(unsent, 'result')} not sent`]),
  ];
  return `${shown}${isQuiet || parts.length === 0 ? '' : `remote cache: ${parts.join(', ')}\n`}`;
}

function amount({ results, bytes }: SharedAmount, done: string): readonly string[] {
  return results === 0 ? [] : [`${counted(results, 'result')} ${done} (${byteSize(bytes)})`];
}
