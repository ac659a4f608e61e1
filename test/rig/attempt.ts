import { randomBytes } from 'node:crypto';

/** The id of an attempt that nothing else in the tests has. */
export function newAttempt(): string {
  return randomBytes(16).toString('hex');
}
