import type { Log } from './log.ts';

/** What a program of Vivado names in its log as the reason of a failure. */
export type Cause = 'memory' | 'disk' | 'licences in use' | 'licence' | 'board part' | 'missing IP';

/**
 * The first cause that logs name, with the line that does; null if none does. One that makes others fail comes before them: a
 * killed run leaves files of which the next program says that they are missing.
 */
export function causeIn(logs: readonly Log[]): { readonly cause: Cause; readonly line: string } | null {
  for (const { cause, pattern } of causes)
    for (const { text } of logs) {
      const line = text.split('\n').find((line) => pattern.test(line));
      if (line !== undefined) return { cause, line: line.trim() };
    }
  return null;
}

const causes: readonly { readonly cause: Cause; readonly pattern: RegExp }[] = [
  // Vivado's start script reports that the kernel killed its program.
  {
    cause: 'memory',
    pattern: /\bKilled\s+"\$RDI_PROG"|std::bad_alloc|cannot allocate memory|out of memory/i,
  },
  { cause: 'disk', pattern: /no space left on device|disk quota exceeded/i },
  // What FlexNet says if all seats of a feature are taken; without it a licence is missing for good.
  { cause: 'licences in use', pattern: /licensed number of users already reached/i },
  {
    cause: 'licence',
    // Of licences that it can do without, Vivado only warns that it got none.
    pattern:
      /^(?!INFO|WARNING|CRITICAL WARNING).*(license was not found|failed to get (a |the )?license|could not (find|get|checkout) (a )?license|license checkout failed)/i,
  },
  { cause: 'board part', pattern: /\[Board 49-71\]/ },
  { cause: 'missing IP', pattern: /\[BD 5-390\]/ },
];
