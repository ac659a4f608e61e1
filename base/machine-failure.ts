import type { Diagnostic } from './diagnostic.ts';
import { problem } from './diagnostic.ts';

/**
 * A refusal of the operating system as a diagnostic with what to do about it; rethrows an error of any other kind. None of
 * them is a mistake of this program, whichever call it came from.
 */
export function machineFailure(error: unknown): Diagnostic {
  if (!isMachineFailure(error)) throw error;
  const { code, message } = error;
  const { isDisk, hint } = remedies[code] ?? files;
  return problem(isDisk ? 'infrastructure/disk' : 'infrastructure/machine', message, { hint });
}

/** Whether an error is the answer of a system call. Errors that crossed a worker's boundary keep their fields, not their class. */
export function isMachineFailure(error: unknown): error is Error & { readonly code: string } {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && typeof syscall === 'string';
}

interface Remedy {
  readonly isDisk: boolean;
  readonly hint: string;
}

const files: Remedy = {
  isDisk: true,
  hint: 'the files of the project must be readable, and its folder writable',
};
const space: Remedy = {
  isDisk: true,
  hint: 'free some space; finished actions are kept, running ones start again',
};
const openFiles: Remedy = {
  isDisk: false,
  hint: 'too many files are open at once: raise the limit (ulimit -n 4096), or run fewer actions at a time with -j',
};
const processes: Remedy = {
  isDisk: false,
  hint: 'the machine has no memory or processes left: run fewer actions at a time with -j, or raise the limit (ulimit -u)',
};

const network: Remedy = {
  isDisk: false,
  hint: 'the other machine or the network does not answer: check its address, and that it is switched on',
};

const remedies: { readonly [code: string]: Remedy } = {
  ENOSPC: space,
  EDQUOT: space,
  EFBIG: { isDisk: true, hint: 'a file may not become that large: raise the limit (ulimit -f)' },
  EIO: { isDisk: true, hint: 'the disk does not work reliably: look at the log of the system (dmesg)' },
  EROFS: { isDisk: true, hint: 'the disk can only be read: mount it for writing, or work in another folder' },
  EMFILE: openFiles,
  ENFILE: openFiles,
  EAGAIN: processes,
  ENOMEM: processes,
  ECONNREFUSED: network,
  ECONNRESET: network,
  EHOSTUNREACH: network,
  ENETUNREACH: network,
  ENOTFOUND: network,
  ETIMEDOUT: network,
  ELOOP: { isDisk: true, hint: 'a link leads back to itself: delete it' },
  E2BIG: {
    isDisk: false,
    hint: 'a command or an environment is too long for the system (128 kB each): put it into a file',
  },
};
