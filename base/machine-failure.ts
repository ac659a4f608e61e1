import type { Diagnostic } from './diagnostic.ts';
import { problem } from './diagnostic.ts';

/**
 * A refusal of the operating system as a diagnostic with what to do about it; rethrows an error of any other kind. None of
 * them is a mistake of this program, whichever call it came from.
 */
export function machineFailure(error: unknown): Diagnostic {
  if (!isMachineFailure(error)) throw error;
  const { code, message } = error;
  const { kind, hint } = remedies[code] ?? files;
  return problem(`infrastructure/${kind}`, message, { hint });
}

/** Whether an error is the answer of a system call. Errors that crossed a worker's boundary keep their fields, not their class. */
export function isMachineFailure(error: unknown): error is Error & { readonly code: string } {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && typeof syscall === 'string';
}

interface Remedy {
  readonly kind: 'disk' | 'machine';
  readonly hint: string;
}

const files: Remedy = {
  kind: 'disk',
  hint: 'the files of the project must be readable, and its folder writable',
};
const space: Remedy = {
  kind: 'disk',
  hint: 'free some space; finished actions are kept, running ones start again',
};
const openFiles: Remedy = {
  kind: 'machine',
  hint: 'too many files are open at once: raise the limit (ulimit -n 4096), or run fewer actions at a time with -j',
};
const processes: Remedy = {
  kind: 'machine',
  hint: 'the machine has no memory or processes left: run fewer actions at a time with -j, or raise the limit (ulimit -u)',
};

const remedies: { readonly [code: string]: Remedy } = {
  ENOSPC: space,
  EDQUOT: space,
  EFBIG: { kind: 'disk', hint: 'a file may not become that large: raise the limit (ulimit -f)' },
  EIO: { kind: 'disk', hint: 'the disk does not work reliably: look at the log of the system (dmesg)' },
  EROFS: { kind: 'disk', hint: 'the disk can only be read: mount it for writing, or work in another folder' },
  EMFILE: openFiles,
  ENFILE: openFiles,
  EAGAIN: processes,
  ENOMEM: processes,
  ELOOP: { kind: 'disk', hint: 'a link leads back to itself: delete it' },
  E2BIG: {
    kind: 'machine',
    hint: 'a command or an environment is too long for the system (128 kB each): put it into a file',
  },
};
