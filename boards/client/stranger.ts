import { Refusal } from '../../base/refusal.ts';
import type { Failed } from '../protocol/messages.ts';
import { protocolVersion } from '../protocol/frame.ts';
import { quoted } from '../protocol/quoted.ts';

/**
 * The refusal made of an ERROR of a peer that has not proven the key: anybody could have sent it, so a code that a
 * board sends in a greeting gets our own text, and everything else is `auth/refused` with the peer's words as a short quote.
 */
export function refusalOfStranger(name: string, { code, message }: Failed): Refusal {
  if (code === 'auth/wrong-key')
    return new Refusal(
      code,
      `${name} does not accept the proof: the client has another cluster key`,
      'give both the same key file',
    );
  if (code === 'board/too-many-clients')
    return new Refusal(code, `${name} serves no further connections`, 'close those that are not needed');
  if (code === 'protocol/version')
    return new Refusal(code, `${name} does not speak version ${protocolVersion} of the board protocol`);
  const words = quoted(`${code}: ${message}`, 200);
  return new Refusal(
    'auth/refused',
    `what answers at the address of ${name} refused the greeting before it had proven the key; it says: ${words}`,
    'check the address, and the log of that board',
  );
}
