import type { Diagnostic } from './diagnostic.ts';
import { problem } from './diagnostic.ts';

/** What the file system refused, for people; throws an error of any other kind again. */
export function diskFailure(error: unknown): Diagnostic {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !refusals.includes(code)) throw error;
  const hint = ['ENOSPC', 'EDQUOT'].includes(code)
    ? 'make room; what runs is run again, what finished is kept'
    : 'the files of the project must be readable, and its folder writable';
  return problem('infrastructure/disk', message, { hint });
}

const refusals = [
  ...['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EISDIR'],
  // Somebody else deletes or moves what is worked on.
  ...['ENOENT', 'ENOTDIR', 'ESTALE'],
];
