import type { Digest } from '../../base/digest.ts';

/** The right to make a result, so that runs which share a cache make it once. */
export type Reservation =
  { readonly type: 'held'; readonly release: () => void } | { readonly type: 'taken'; readonly by: Maker };

/** The run that is making a result. */
export interface Maker {
  readonly pid: number;
  readonly host: string;
  /** When it began, in ms since 1970. */
  readonly since: number;
}

/** Asks for the right to make the result of a fingerprint. */
export type Reserve = (fingerprint: Digest) => Reservation;
