import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Frame, FrameReader } from '../../../boards/protocol/frame.ts';
import {
  createFrameReader,
  encodeFrame,
  greetingHeadBytes,
  headerBytes,
  maximumHeadBytes,
  maximumTailBytes,
  tagBytes,
} from '../../../boards/protocol/frame.ts';

const frames = fc.record({
  type: fc.integer({ min: 0, max: 0xff }),
  request: fc.integer({ min: 0, max: 0xffffffff }),
  head: fc.jsonValue().map((value) => JSON.stringify(value)),
  tail: fc.uint8Array({ maxLength: 300 }),
});
const example: Frame = { type: 3, request: 7, head: '{"a":"ü"}', tail: Uint8Array.of(1, 2, 3) };

const plain = ({ type, request, head, tail }: Frame): Frame => ({
  type,
  request,
  head,
  tail: Uint8Array.from(tail),
});

function trustingReader(): FrameReader {
  const reader = createFrameReader();
  reader.trust();
  return reader;
}

/** A stand-in for a tag: the last bytes of what it covers. */
const seal = (tagged: Uint8Array): Uint8Array => tagged.slice(-tagBytes);

/** `bytes` cut at these places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe('frames', () => {
  test('the bytes match the documentation', () => {
    const bytes = Buffer.from(encodeFrame(example));
    expect(bytes.toString('hex')).toBe(
      ['46504250', '0200', '03', '00', '07000000', '0a000000', '03000000'].join('') +
        bytes.subarray(20, 24).toString('hex') +
        '7b2261223a22c3bc227d' +
        '010203',
    );
    // From Python's binascii.crc32 over the 20 header bytes.
    expect(bytes.readUInt32LE(20)).toBe(0x1926cc17);
    const sealed = Buffer.from(encodeFrame(example, seal));
    expect(sealed[7]).toBe(1);
    expect(sealed.subarray(24, 37)).toEqual(bytes.subarray(24));
    expect(sealed.subarray(37)).toEqual(Buffer.from(seal(sealed.subarray(0, 37))));
  });

  test('everything sent is received, however it is cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(frames, { maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.boolean(),
        (sent, cuts, isSealed) => {
          const reader = trustingReader();
          const got: Frame[] = [];
          for (const piece of pieces(
            Buffer.concat(sent.map((frame) => encodeFrame(frame, isSealed ? seal : null))),
            cuts,
          )) {
            const { frames: complete, problem } = reader.read(piece);
            expect(problem).toBeNull();
            got.push(...complete);
            for (const { tag, tagged } of complete)
              expect(tag).toEqual(isSealed ? Buffer.from(seal(tagged)) : null);
          }
          expect(got.map(plain)).toEqual(sent);
          expect(reader.isPartial()).toBe(false);
        },
      ),
    );
  });

  test('half a frame gives nothing until the rest has arrived', () => {
    const bytes = encodeFrame(example);
    for (let cut = 1; cut < bytes.length; cut++) {
      const reader = trustingReader();
      expect(reader.read(bytes.subarray(0, cut))).toEqual({ frames: [], problem: null });
      expect(reader.isPartial()).toBe(true);
      expect(reader.read(bytes.subarray(cut)).frames.map(plain)).toEqual([example]);
    }
  });

  test('one flipped bit of a header is detected immediately', () => {
    const bytes = encodeFrame(example);
    for (let bit = 0; bit < headerBytes * 8; bit++) {
      const damaged = Uint8Array.from(bytes);
      damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
      const { frames: got, problem } = trustingReader().read(damaged);
      expect(got).toEqual([]);
      expect(problem).not.toBeNull();
    }
  });

  test('garbage gives a problem or waits, but never a frame', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1 }), (chunks) => {
        const reader = trustingReader();
        for (const chunk of chunks) expect(reader.read(chunk).frames).toEqual([]);
      }),
    );
  });

  test('another protocol is refused at its first byte, and stays refused', () => {
    const reader = createFrameReader();
    const problem = {
      code: 'protocol/magic',
      message: 'the peer does not speak the board protocol',
      hint: "are its address and port those of a board's server?",
    };
    expect(reader.read(Buffer.from('GET / HTTP/1.1')).problem).toEqual(problem);
    expect(reader.read(encodeFrame(example))).toEqual({ frames: [], problem });
  });

  test('another version is refused before its header is complete', () => {
    const bytes = Buffer.from(encodeFrame(example));
    bytes.writeUInt16LE(3, 4);
    expect(createFrameReader().read(bytes.subarray(0, 6)).problem).toEqual({
      code: 'protocol/version',
      message: 'the peer speaks version 3 of the board protocol, this side version 2',
    });
  });

  test.each([
    ['head', 12, maximumHeadBytes, greetingHeadBytes],
    ['tail', 16, maximumTailBytes, 0],
  ])('an oversize %s is refused when the header arrives', (_part, offset, trusted, untrusted) => {
    const announcing = (length: number): Uint8Array => {
      const header = Buffer.from(encodeFrame({ ...example, head: '', tail: new Uint8Array() }));
      header.writeUInt32LE(length, offset);
      header.writeUInt32LE(crc32(header.subarray(0, 20)), 20);
      return header;
    };
    expect(trustingReader().read(announcing(trusted + 1)).problem?.code).toBe('protocol/oversize');
    expect(trustingReader().read(announcing(trusted)).problem).toBeNull();
    expect(createFrameReader().read(announcing(untrusted + 1)).problem?.code).toBe('protocol/oversize');
    expect(createFrameReader().read(announcing(untrusted)).problem).toBeNull();
  });

  test('a good frame before a bad one still arrives', () => {
    const bad = encodeFrame(example);
    bad[20]! ^= 1;
    const { frames: got, problem } = trustingReader().read(Buffer.concat([encodeFrame(example), bad]));
    expect(got.map(plain)).toEqual([example]);
    expect(problem?.code).toBe('protocol/checksum');
  });
});
