import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { shownPath } from '../../base/shown-path.ts';

/** What to say of a path, relative to the project, that is not a folder where copies of results need one. */
export function notAFolder(path: string): Diagnostic {
  return problem(
    'save/not-a-folder',
    `${shownPath(path)} is a link or a file, and results are to be saved below it`,
    {
      hint: 'delete it, or name another folder in `save`; links are never followed',
    },
  );
}
