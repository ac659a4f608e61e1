import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { tagBytes } from './frame.ts';

/** What both sides have exchanged in the clear before a session. */
export interface Transcript {
  /** 32 random bytes each. */
  readonly clientNonce: Uint8Array;
  readonly boardNonce: Uint8Array;
  /** The board's name. */
  readonly name: string;
}

/** One side of a session. Frames are counted in each direction, so that a tag is valid for one frame in one place of one session. */
export interface Session {
  /** The tag of the next frame that this side sends. */
  readonly seal: (tagged: Uint8Array) => Uint8Array;
  /** Whether this is the next frame of the other side; if not, the session must end. */
  readonly accepts: (frame: { readonly tagged: Uint8Array; readonly tag: Uint8Array | null }) => boolean;
}

export const nonceBytes = 32;

/**
 * The session of this transcript. Each direction has its own key, HMAC-SHA-256 of the transcript under the cluster key;
 * tags are those of ChaCha20-Poly1305 (RFC 8439) over the frame as associated data, with the number of the frame as nonce.
 */
export function createSession(side: 'client' | 'board', key: Uint8Array, transcript: Transcript): Session {
  const other = side === 'client' ? 'board' : 'client';
  const sending = createTagger(directionKey(key, side, transcript));
  const receiving = createTagger(directionKey(key, other, transcript));
  return {
    seal: sending,
    accepts: ({ tagged, tag }) => tag !== null && timingSafeEqual(receiving(tagged), tag),
  };
}

function directionKey(key: Uint8Array, from: 'client' | 'board', transcript: Transcript): Uint8Array {
  return createHmac('sha256', key)
    .update(`finn-pipeline board protocol 2, from the ${from}\0`)
    .update(transcript.clientNonce)
    .update(transcript.boardNonce)
    .update(transcript.name)
    .digest();
}

function createTagger(key: Uint8Array): (tagged: Uint8Array) => Uint8Array {
  let frames = 0n;
  return (tagged) => {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64LE(frames++, 4);
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(tagged, { plaintextLength: 0 });
    cipher.final();
    return cipher.getAuthTag();
  };
}
