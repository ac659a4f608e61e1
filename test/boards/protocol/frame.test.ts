import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createFrameReader,
  encodeFrame,
  type Frame,
  headerBytes,
  maximumHeadBytes,
  maximumTailBytes,
} from '../../../boards/protocol/frame.ts';

const frames = fc.record({
  type: fc.integer({ min: 0, max: 0xffff }),
  request: fc.integer({ min: 0, max: 0xffffffff }),
  head: fc.jsonValue().map((value) => JSON.stringify(value)),
  tail: fc.uint8Array({ maxLength: 300 }),
});
const example: Frame = { type: 3, request: 7, head: '{"a":"ü"}', tail: Uint8Array.of(1, 2, 3) };

const plain = (frame: Frame): Frame => ({ ...frame, tail: Uint8Array.from(frame.tail) });

/** `bytes` cut at these places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe('frames', () => {
  test('the bytes are the documented ones', () => {
    const bytes = Buffer.from(encodeFrame(example));
    expect(bytes.toString('hex')).toBe(
      ['46504250', '0100', '0300', '07000000', '0a000000', '03000000'].join('') +
        bytes.subarray(20, 24).toString('hex') +
        '7b2261223a22c3bc227d' +
        '010203',
    );
    // From Python's binascii.crc32 over the 20 header bytes, the head and the tail.
    expect(bytes.readUInt32LE(20)).toBe(0xe8e9cf4b);
  });

  test('whatever is sent comes out, however it is cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 4 }), fc.array(fc.nat(), { maxLength: 12 }), (sent, cuts) => {
        const reader = createFrameReader();
        const got: Frame[] = [];
        for (const piece of pieces(Buffer.concat(sent.map(encodeFrame)), cuts)) {
          const { frames: complete, problem } = reader.read(piece);
          expect(problem).toBeNull();
          got.push(...complete);
        }
        expect(got.map(plain)).toEqual(sent);
        expect(reader.isPartial()).toBe(false);
      }),
    );
  });

  test('half a frame gives nothing until the rest is there', () => {
    const bytes = encodeFrame(example);
    for (let cut = 1; cut < bytes.length; cut++) {
      const reader = createFrameReader();
      expect(reader.read(bytes.subarray(0, cut))).toEqual({ frames: [], problem: null });
      expect(reader.isPartial()).toBe(true);
      expect(reader.read(bytes.subarray(cut)).frames.map(plain)).toEqual([example]);
    }
  });

  test('one flipped bit anywhere is noticed or only makes the frame longer', () => {
    const bytes = encodeFrame(example);
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const damaged = Uint8Array.from(bytes);
        damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
        const reader = createFrameReader();
        const { frames: got, problem } = reader.read(damaged);
        expect(got).toEqual([]);
        expect(problem !== null || reader.isPartial()).toBe(true);
      }),
    );
  });

  test('garbage gives a problem or waits, and never a frame', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1 }), (chunks) => {
        const reader = createFrameReader();
        for (const chunk of chunks) expect(reader.read(chunk).frames).toEqual([]);
      }),
    );
  });

  test('another protocol is refused at its first byte, and stays refused', () => {
    const reader = createFrameReader();
    const problem = { code: 'protocol/magic', message: 'the peer does not speak the board protocol' };
    expect(reader.read(Buffer.from('GET / HTTP/1.1')).problem).toEqual(problem);
    expect(reader.read(encodeFrame(example))).toEqual({ frames: [], problem });
  });

  test('another version is refused before its header is complete', () => {
    const bytes = Buffer.from(encodeFrame(example));
    bytes.writeUInt16LE(2, 4);
    expect(createFrameReader().read(bytes.subarray(0, 6)).problem).toEqual({
      code: 'protocol/version',
      message: 'the peer speaks version 2 of the board protocol, this side version 1',
    });
  });

  test.each([
    ['head', 12, maximumHeadBytes],
    ['tail', 16, maximumTailBytes],
  ])('an oversize %s is refused on sight of the header', (_part, offset, maximum) => {
    const header = Buffer.from(encodeFrame(example)).subarray(0, headerBytes);
    header.writeUInt32LE(maximum + 1, offset);
    expect(createFrameReader().read(header).problem?.code).toBe('protocol/oversize');
    header.writeUInt32LE(maximum, offset);
    expect(createFrameReader().read(header).problem).toBeNull();
  });

  test('a good frame before a bad one still arrives', () => {
    const bad = encodeFrame(example);
    bad[bad.length - 1]! ^= 1;
    const { frames: got, problem } = createFrameReader().read(Buffer.concat([encodeFrame(example), bad]));
    expect(got.map(plain)).toEqual([example]);
    expect(problem?.code).toBe('protocol/checksum');
  });
});
