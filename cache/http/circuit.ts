import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { Refusal } from '../../base/refusal.ts';

/** Asks a server as long as that is worth while. */
export interface Circuit {
  /** The answer, or null if there is none: then the caller does without, as it would without the server. */
  readonly ask: <T>(question: () => Promise<T>) => Promise<T | null>;
  /** The server is not asked any more. */
  readonly isOpen: () => boolean;
  /** What went wrong, as a warning, if the server is not asked any more or did not answer when it was asked last. */
  readonly problem: () => Diagnostic | null;
}

/**
 * A circuit that opens for good after `limit` failures in a row, or at once when the server refuses the user. `consequence`: what that
 * means for the run.
 */
export function createCircuit(limit: number, consequence: string): Circuit {
  let failures = 0;
  let isOpen = false;
  let last: Diagnostic | null = null;
  return {
    async ask(question) {
      if (isOpen) return null;
      try {
        const answer = await question();
        failures = 0;
        last = null;
        return answer;
      } catch (error) {
        const { code, message, hint } = refusalOf(error);
        failures += 1;
        isOpen ||= failures >= limit || code === 'cache/remote-refused';
        last = {
          ...problem(code, isOpen ? `${message}: ${consequence}` : message, { hint }),
          severity: 'warning',
        };
        return null;
      }
    },
    isOpen: () => isOpen,
    problem: () => last,
  };
}

/** What went wrong with a server; an error that no server can be the cause of is a bug and is rethrown. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code, message, name } = (error ?? {}) as NodeJS.ErrnoException;
  const isLate = name === 'TimeoutError' || name === 'AbortError';
  if (!isLate && typeof code !== 'string') throw error;
  return new Refusal(
    'cache/remote-unreachable',
    isLate ? 'the remote cache does not answer in time' : `the remote cache does not answer (${message})`,
    'check its address and the network; for a certificate of your own, name it with NODE_EXTRA_CA_CERTS',
  );
}
