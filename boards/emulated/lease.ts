import { randomBytes } from 'node:crypto';
import { Refusal } from '../../base/refusal.ts';
import type { Granted } from '../protocol/messages.ts';

/** The ownership of a board. A lease ends at its time, whatever happens to the connection, unless it is renewed before. */
export interface LeaseDesk {
  /**
   * Grants a lease of `seconds` (at most `maximumLeaseSeconds`) or renews the caller's; refuses with `board/leased` or
   * `board/no-lease`.
   */
  readonly grant: (lease: string, seconds: number) => Granted;
  /** Refuses (`board/no-lease`) anyone but the owner. */
  readonly check: (lease: string) => void;
  readonly release: (lease: string) => void;
  /** Whether no one else has owned the board since this lease, which may have ended. */
  readonly isLast: (lease: string) => boolean;
  /** Seconds until the board is free; 0 if it is free. */
  readonly secondsLeft: () => number;
}

const maximumLeaseSeconds = 60;

/** `clock` returns seconds and never goes back. */
export function createLeaseDesk(board: string, clock: () => number): LeaseDesk {
  let owner = '';
  let ends = 0;
  const secondsLeft = (): number => (owner === '' ? 0 : Math.max(0, ends - clock()));
  const isLast = (lease: string): boolean => lease !== '' && lease === owner;
  const check = (lease: string): void => {
    if (isLast(lease) && secondsLeft() > 0) return;
    throw new Refusal(
      'board/no-lease',
      `the client does not own ${board}, or its lease has ended`,
      'acquire the board first, and renew the lease in time',
    );
  };
  const grant = (lease: string, wanted: number): Granted => {
    if (wanted <= 0) throw new Refusal('protocol/bad-head', 'a lease must last longer than 0 seconds');
    if (lease !== '') check(lease);
    else if (secondsLeft() > 0)
      throw new Refusal(
        'board/leased',
        `${board} is leased to another client for the next ${secondsLeft().toFixed(1)} s`,
        'wait until it has finished; a client that died keeps the board until its lease ends',
      );
    else owner = randomBytes(16).toString('hex');
    const seconds = Math.min(wanted, maximumLeaseSeconds);
    ends = clock() + seconds;
    return { type: 'leased', lease: owner, seconds };
  };
  const release = (lease: string): void => {
    check(lease);
    owner = '';
  };
  return { grant, check, release, isLast, secondsLeft };
}
