import type { Diagnostic } from './diagnostic.ts';
import { problem } from './diagnostic.ts';

/** The refusal of the file system as a diagnostic; rethrows an error of any other kind. */
export function diskFailure(error: unknown): Diagnostic {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !refusals.includes(code)) throw error;
  const hint = ['ENOSPC', 'EDQUOT'].includes(code)
    ? 'free some space; finished actions are kept, running ones start again'
    : 'the files of the project must be readable, and its folder writable';
  return problem('infrastructure/disk', message, { hint });
}

const refusals = [
  ...['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EISDIR'],
  // Another program deletes or moves the files in use.
  ...['ENOENT', 'ENOTDIR', 'ESTALE'],
];
