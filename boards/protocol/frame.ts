import { crc32 } from 'node:zlib';

/**
 * Frames of the board protocol (docs/protocol.md): a header of 24 bytes, a JSON head, a binary tail and, in a session, a
 * tag of 16 bytes. Header, little-endian: magic `FPBP`, version u16, type u8, flags u8, request u32, head bytes u32, tail
 * bytes u32, crc32 u32 over the 20 header bytes before it.
 */

/** The version of this code; a peer of another version is refused before anything else is examined. */
export const protocolVersion = 2;
export const headerBytes = 24;
export const tagBytes = 16;
/** A longer head or tail is refused when its header arrives, before memory is allocated. */
export const maximumHeadBytes = 1 << 18;
export const maximumTailBytes = 1 << 24;
/** The longest head until the peer has proven that it knows the key; tails are not allowed before. */
export const greetingHeadBytes = 1024;
/** The longest head and the longest tail of a client that has proven the key but does not own the board. */
export const guestBytes = 4096;

export interface Frame {
  readonly type: number;
  /** Chosen by the client, not 0; the reply has the same. 0 is for replies to frames that could not be read. */
  readonly request: number;
  /** UTF-8 JSON, not parsed yet. */
  readonly head: string;
  readonly tail: Uint8Array;
}

/** A frame as it arrived: the bytes that the tag covers, and the tag, null if there is none. Neither is verified yet. */
export interface ReceivedFrame extends Frame {
  readonly tagged: Uint8Array;
  readonly tag: Uint8Array | null;
}

export interface FrameProblem {
  readonly code:
    | 'protocol/magic'
    | 'protocol/version'
    | 'protocol/flags'
    | 'protocol/oversize'
    | 'protocol/checksum'
    | 'board/no-lease';
  readonly message: string;
  readonly hint?: string;
}

/** Says why a frame whose head and tail have these lengths in bytes is not accepted, or null; asked before memory is allocated. */
export type Admit = (head: number, tail: number) => FrameProblem | null;

/** Takes bytes as they arrive and returns the frames they complete; nothing more after a problem, which cannot be skipped. */
export interface FrameReader {
  readonly read: (chunk: Uint8Array) => {
    readonly frames: readonly ReceivedFrame[];
    readonly problem: FrameProblem | null;
  };
  /** Whether a frame is incomplete. */
  readonly isPartial: () => boolean;
  /** From the next chunk on, frames may have the lengths that `admit` accepts; without it, the full ones. */
  readonly trust: (admit?: Admit) => void;
}

/** Refuses (`protocol/oversize`) frames that are longer than this, in bytes. */
export function atMost(mostHead: number, mostTail: number): Admit {
  return (head, tail) => {
    if (head <= mostHead && tail <= mostTail) return null;
    const message = `a frame announces ${head} + ${tail} bytes; at most ${mostHead} + ${mostTail} are accepted`;
    return { code: 'protocol/oversize', message };
  };
}

/** The bytes of a frame, with the tag from `seal`, if any; head and tail must not exceed their maxima. */
export function encodeFrame(
  { type, request, head, tail }: Frame,
  seal: ((tagged: Uint8Array) => Uint8Array) | null = null,
): Uint8Array {
  const headAsBytes = Buffer.from(head, 'utf8');
  if (headAsBytes.length > maximumHeadBytes || tail.length > maximumTailBytes)
    throw new RangeError(`a frame of ${headAsBytes.length} + ${tail.length} bytes is too long`);

  const end = headerBytes + headAsBytes.length + tail.length;
  const frame = Buffer.alloc(end + (seal === null ? 0 : tagBytes));
  frame.write(magic, 0, 'latin1');
  frame.writeUInt16LE(protocolVersion, 4);
  frame.writeUInt8(type, 6);
  frame.writeUInt8(seal === null ? 0 : taggedFlag, 7);
  frame.writeUInt32LE(request, 8);
  frame.writeUInt32LE(headAsBytes.length, 12);
  frame.writeUInt32LE(tail.length, 16);
  frame.writeUInt32LE(crc32(frame.subarray(0, 20)), 20);
  frame.set(headAsBytes, headerBytes);
  frame.set(tail, headerBytes + headAsBytes.length);
  if (seal !== null) frame.set(seal(frame.subarray(0, end)), end);
  return frame;
}

export function createFrameReader(): FrameReader {
  let waiting: Uint8Array[] = [];
  let available = 0;
  let wanted = headerBytes;
  let problem: FrameProblem | null = null;
  let admit = atMost(greetingHeadBytes, 0);

  // Chunks are joined only once enough of them have arrived, so that a long frame is copied once and not once per chunk.
  const read: FrameReader['read'] = (chunk) => {
    const frames: ReceivedFrame[] = [];
    if (problem !== null) return { frames, problem };
    waiting.push(chunk);
    available += chunk.length;
    if (available < wanted && available - chunk.length >= headerBytes) return { frames, problem };
    let bytes = Buffer.concat(waiting);
    for (;;) {
      problem = headerProblem(bytes, admit);
      wanted = bytes.length < headerBytes ? headerBytes : frameBytes(bytes);
      if (problem !== null || bytes.length < wanted) break;
      frames.push(decode(bytes.subarray(0, wanted)));
      bytes = bytes.subarray(wanted);
    }
    waiting = [bytes];
    available = bytes.length;
    return { frames, problem };
  };
  const trust: FrameReader['trust'] = (wider = atMost(maximumHeadBytes, maximumTailBytes)) => {
    admit = wider;
  };
  return { read, isPartial: () => available > 0, trust };
}

const magic = 'FPBP';
const taggedFlag = 1;

// Each part of a header is checked as it arrives, because a peer with another protocol may never send 24 bytes.
function headerProblem(bytes: Buffer, admit: Admit): FrameProblem | null {
  const start = bytes.toString('latin1', 0, Math.min(4, bytes.length));
  if (!magic.startsWith(start))
    return {
      code: 'protocol/magic',
      message: 'the peer does not speak the board protocol',
      hint: "are its address and port those of a board's server?",
    };

  if (bytes.length >= 6 && bytes.readUInt16LE(4) !== protocolVersion) {
    const version = String(bytes.readUInt16LE(4));
    const message = `the peer speaks version ${version} of the board protocol, this side version ${protocolVersion}`;
    return { code: 'protocol/version', message };
  }
  if (bytes.length < headerBytes) return null;
  if (crc32(bytes.subarray(0, 20)) !== bytes.readUInt32LE(20))
    return { code: 'protocol/checksum', message: 'a frame arrived with a wrong checksum' };

  if (bytes.readUInt8(7) > taggedFlag)
    return { code: 'protocol/flags', message: 'a frame has flags that this version does not know' };

  return admit(bytes.readUInt32LE(12), bytes.readUInt32LE(16));
}

function frameBytes(header: Buffer): number {
  const tag = header.readUInt8(7) === taggedFlag ? tagBytes : 0;
  return headerBytes + header.readUInt32LE(12) + header.readUInt32LE(16) + tag;
}

function decode(frame: Buffer): ReceivedFrame {
  const tailStart = headerBytes + frame.readUInt32LE(12);
  const tailEnd = tailStart + frame.readUInt32LE(16);
  return {
    type: frame.readUInt8(6),
    request: frame.readUInt32LE(8),
    head: frame.toString('utf8', headerBytes, tailStart),
    tail: frame.subarray(tailStart, tailEnd),
    tagged: frame.subarray(0, tailEnd),
    tag: frame.length === tailEnd ? null : frame.subarray(tailEnd),
  };
}
