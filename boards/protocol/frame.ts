import { crc32 } from 'node:zlib';

/**
 * Frames of the board protocol (docs/protocol.md): a header of 24 bytes, a JSON head and a binary tail.
 * Header, little-endian: magic `FPBP`, version u16, type u16, request u32, head bytes u32, tail bytes u32, crc32 u32.
 * The crc32 runs over the 20 header bytes before it, the head and the tail.
 */

/** The version this code speaks; a peer of another version is refused before anything else is looked at. */
export const protocolVersion = 1;
export const headerBytes = 24;
/** A longer head or tail is refused on sight of the header, before memory is taken for it. */
export const maximumHeadBytes = 1 << 20;
export const maximumTailBytes = 1 << 26;

export interface Frame {
  readonly type: number;
  /** Chosen by the client, not 0; the reply carries the same. 0 answers what could not be read. */
  readonly request: number;
  /** UTF-8 JSON, not parsed yet. */
  readonly head: string;
  readonly tail: Uint8Array;
}

export interface FrameProblem {
  readonly code: 'protocol/magic' | 'protocol/version' | 'protocol/oversize' | 'protocol/checksum';
  readonly message: string;
}

/** Takes bytes as they come and gives the frames they complete; after a problem, which cannot be skipped over, nothing more. */
export interface FrameReader {
  readonly read: (chunk: Uint8Array) => {
    readonly frames: readonly Frame[];
    readonly problem: FrameProblem | null;
  };
  /** Whether part of a frame is waiting for the rest. */
  readonly isPartial: () => boolean;
}

/** The bytes of a frame; head and tail must be within the maxima. */
export function encodeFrame({ type, request, head, tail }: Frame): Uint8Array {
  const headAsBytes = Buffer.from(head, 'utf8');
  if (headAsBytes.length > maximumHeadBytes || tail.length > maximumTailBytes) {
    throw new RangeError(
      `a frame of ${String(headAsBytes.length)} + ${String(tail.length)} bytes is too long`,
    );
  }
  const frame = Buffer.alloc(headerBytes + headAsBytes.length + tail.length);
  frame.write(magic, 0, 'latin1');
  frame.writeUInt16LE(protocolVersion, 4);
  frame.writeUInt16LE(type, 6);
  frame.writeUInt32LE(request, 8);
  frame.writeUInt32LE(headAsBytes.length, 12);
  frame.writeUInt32LE(tail.length, 16);
  frame.set(headAsBytes, headerBytes);
  frame.set(tail, headerBytes + headAsBytes.length);
  frame.writeUInt32LE(checksum(frame), 20);
  return frame;
}

export function createFrameReader(): FrameReader {
  let waiting: Uint8Array[] = [];
  let available = 0;
  let wanted = headerBytes;
  let problem: FrameProblem | null = null;

  // Chunks are only joined once enough of them are here, so that a long frame is copied once and not once per chunk.
  const read: FrameReader['read'] = (chunk) => {
    const frames: Frame[] = [];
    if (problem !== null) return { frames, problem };
    waiting.push(chunk);
    available += chunk.length;
    if (available < wanted && available - chunk.length >= headerBytes) return { frames, problem };
    let bytes = Buffer.concat(waiting);
    for (;;) {
      problem = headerProblem(bytes);
      wanted = bytes.length < headerBytes ? headerBytes : frameBytes(bytes);
      if (problem !== null || bytes.length < wanted) break;
      const whole = bytes.subarray(0, wanted);
      if (checksum(whole) !== whole.readUInt32LE(20)) {
        problem = { code: 'protocol/checksum', message: 'a frame arrived with a wrong checksum' };
        break;
      }
      frames.push(decode(whole));
      bytes = bytes.subarray(wanted);
    }
    waiting = [bytes];
    available = bytes.length;
    return { frames, problem };
  };
  return { read, isPartial: () => available > 0 };
}

const magic = 'FPBP';

// What can be judged of a header is judged before it is complete, for a peer that speaks something else may never send 24 bytes.
function headerProblem(bytes: Buffer): FrameProblem | null {
  const start = bytes.toString('latin1', 0, Math.min(4, bytes.length));
  if (!magic.startsWith(start)) {
    return { code: 'protocol/magic', message: 'the peer does not speak the board protocol' };
  }
  if (bytes.length >= 6 && bytes.readUInt16LE(4) !== protocolVersion) {
    const version = String(bytes.readUInt16LE(4));
    const message = `the peer speaks version ${version} of the board protocol, this side version ${String(protocolVersion)}`;
    return { code: 'protocol/version', message };
  }
  if (bytes.length < headerBytes) return null;
  const [head, tail] = [bytes.readUInt32LE(12), bytes.readUInt32LE(16)];
  if (head <= maximumHeadBytes && tail <= maximumTailBytes) return null;
  const message = `a frame announces ${String(head)} + ${String(tail)} bytes; at most ${String(maximumHeadBytes)} + ${String(maximumTailBytes)} are taken`;
  return { code: 'protocol/oversize', message };
}

function frameBytes(header: Buffer): number {
  return headerBytes + header.readUInt32LE(12) + header.readUInt32LE(16);
}

function decode(frame: Buffer): Frame {
  const tailStart = headerBytes + frame.readUInt32LE(12);
  return {
    type: frame.readUInt16LE(6),
    request: frame.readUInt32LE(8),
    head: frame.toString('utf8', headerBytes, tailStart),
    tail: frame.subarray(tailStart),
  };
}

function checksum(frame: Buffer): number {
  return crc32(frame.subarray(headerBytes), crc32(frame.subarray(0, 20)));
}
