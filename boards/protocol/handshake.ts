import { randomBytes } from 'node:crypto';
import { Refusal } from '../../base/refusal.ts';
import type { Fields } from '../../base/fields.ts';
import { parseFields } from '../../base/fields.ts';
import type { Frame, ReceivedFrame } from './frame.ts';
import { encodeFrame } from './frame.ts';
import { quoted } from './quoted.ts';
import type { Session } from './session.ts';
import { createSession, nonceBytes } from './session.ts';

/**
 * The handshake: HELLO and CHALLENGE carry a nonce each; PROVE and WELCOME are the first frames of the session. Their tags
 * prove that the sender knows the cluster key and is not a replay.
 */

const types = { hello: 0x01, challenge: 0x81, prove: 0x02, welcome: 0x82 } as const;

/** The client's side of one handshake. */
export interface ClientHandshake {
  readonly hello: Uint8Array;
  /** Answers CHALLENGE with PROVE; refuses a board of another name with `auth/wrong-board`. */
  readonly prove: (challenge: Frame) => { readonly bytes: Uint8Array; readonly session: Session };
}

export function greetBoard(key: Uint8Array, expectedName: string): ClientHandshake {
  const clientNonce = randomBytes(nonceBytes);
  const prove: ClientHandshake['prove'] = (challenge) => {
    const fields = headOf(challenge, types.challenge, 'protocol/unexpected-reply');
    const [boardNonce, name] = [nonceOf(fields), fields.text('name')];
    if (name !== expectedName)
      throw new Refusal(
        'auth/wrong-board',
        `the board at the address of ${expectedName} reports that it is ${quoted(name, 64)}`,
        'check the addresses of the cluster',
      );

    const session = createSession('client', key, { clientNonce, boardNonce, name });
    return { bytes: encoded(types.prove, {}, session.seal), session };
  };
  return { hello: encoded(types.hello, { nonce: clientNonce.toString('hex') }), prove };
}

/**
 * Reads WELCOME: how many requests the board takes at a time. Refuses a frame that does not prove knowledge of the key with
 * `auth/impostor`.
 */
export function readWelcome(frame: ReceivedFrame, session: Session): { readonly window: number } {
  if (!session.accepts(frame))
    throw new Refusal(
      'auth/impostor',
      'the board could not prove that it knows the cluster key',
      'check the address: another machine may be answering there',
    );

  return { window: headOf(frame, types.welcome, 'protocol/unexpected-reply').count('window') };
}

/** The board's side of one handshake: takes HELLO, then PROVE; returns the session with the answer to PROVE. */
export type BoardHandshake = (frame: ReceivedFrame) => {
  readonly bytes: Uint8Array;
  readonly session: Session | null;
};

/** Refuses anything but the next step of the handshake (`auth/required`) and a wrong proof (`auth/wrong-key`). */
export function awaitClient(key: Uint8Array, name: string, window: number): BoardHandshake {
  let challenged: Session | null = null;
  return (frame) => {
    if (challenged === null) {
      const clientNonce = nonceOf(headOf(frame, types.hello, 'auth/required'));
      const boardNonce = randomBytes(nonceBytes);
      challenged = createSession('board', key, { clientNonce, boardNonce, name });
      return { bytes: encoded(types.challenge, { nonce: boardNonce.toString('hex'), name }), session: null };
    }
    if (frame.type !== types.prove) throw authRequired();
    if (!challenged.accepts(frame))
      throw new Refusal(
        'auth/wrong-key',
        `${name} does not accept the proof: the client has another cluster key`,
        'give both the same key file',
      );

    return { bytes: encoded(types.welcome, { window }, challenged.seal), session: challenged };
  };
}

function encoded(type: number, head: object, seal: Session['seal'] | null = null): Uint8Array {
  return encodeFrame({ type, request: 0, head: JSON.stringify(head), tail: new Uint8Array() }, seal);
}

function headOf({ type, head }: Frame, expected: number, code: string): Fields {
  if (type === expected) return parseFields(head, 'the head of a greeting', 'protocol/bad-head');
  if (code === 'auth/required') throw authRequired();
  throw new Refusal(code, `a frame of type ${type} came in the middle of the greeting`);
}

function authRequired(): Refusal {
  return new Refusal('auth/required', 'the client has not proven that it knows the cluster key');
}

function nonceOf(fields: Fields): Uint8Array {
  const nonce = fields.text('nonce');
  if (/^[0-9a-f]{64}$/.test(nonce)) return Buffer.from(nonce, 'hex');
  throw new Refusal('protocol/bad-head', 'the nonce of a greeting is not 64 hexadecimal digits');
}
