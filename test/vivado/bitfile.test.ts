import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../base/refusal.ts';
import {
  checkPart,
  rawBitstream,
  rawBitstreamProblem,
  readBitfile,
  withoutDate,
} from '../../vivado/bitfile.ts';
import { bitfile } from './bitfile.ts';

describe('a .bit file', () => {
  it('is read with its header and its data', () => {
    expect(readBitfile(bitfile())).toEqual({
      design: 'top_wrapper;UserID=0XFFFFFFFF;Version=2024.2',
      part: '7z020clg484',
      date: '2026/11/22',
      time: '18:30:00',
      data: new Uint8Array(Buffer.from('ffffffffaa995566', 'hex')),
    });
  });

  it('is the same without its date, whenever it was made', () => {
    const later = bitfile({ date: '2027/01/01', time: '00:00:01' });
    expect(withoutDate(later)).toEqual(withoutDate(bitfile()));
    expect(readBitfile(withoutDate(later))).toEqual({
      ...readBitfile(later),
      date: '0000/00/00',
      time: '00:00:00',
    });
  });

  it('is refused wherever it is cut off', () => {
    const whole = bitfile();
    for (let length = 0; length < whole.length; length += 1)
      expect(() => readBitfile(whole.subarray(0, length)), `${length} bytes`).toThrow(
        expect.objectContaining({ code: 'vivado/bad-bitfile' }),
      );
  });

  it.each([
    ['another beginning', (bytes: Buffer) => Buffer.concat([Buffer.from([1]), bytes.subarray(1)])],
    ['bytes after its data', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0])])],
    [
      'another field than the part',
      (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('b\0', 'x\0'), 'latin1'),
    ],
  ])('is refused with %s', (_, damage) => {
    expect(() => readBitfile(damage(bitfile()))).toThrow(
      expect.objectContaining({ code: 'vivado/bad-bitfile' }),
    );
  });
});

describe('the data for the kernel', () => {
  const rawOf = (data: string) =>
    Buffer.from(rawBitstream(readBitfile(bitfile({ data: Buffer.from(data, 'hex') })))).toString('hex');

  it('are those of the .bit without the header, with the bytes of every 32-bit word reversed', () => {
    // Padding, bus width, sync word, no operation, and the first command of a Zynq-7000's bitstream (UG470).
    expect(rawOf('ffffffff000000bb11220044ffffffffaa9955662000000030022001')).toBe(
      'ffffffffbb00000044002211ffffffff665599aa0000002001200230',
    );
  });

  it('must not have the byte order of the .bit', () => {
    const bytes = bitfile();
    const before = Buffer.from(bytes);
    rawBitstream(readBitfile(bytes));
    expect(bytes).toEqual(before);
  });

  it.each([
    ['of odd length', 'aa99556600', /are 5 bytes, not a multiple of 4/],
    ['without a sync word', 'ffffffffffffffff', /have no sync word/],
    ['with the sync word of a .bin', 'ffffffff665599aa', /have no sync word/],
    ['with a sync word between two words', 'ffffaa995566ffff', /have no sync word/],
    ['that are none', '', /have no sync word/],
  ])('are refused %s', (_, data, message) => {
    expect(() => rawOf(data)).toThrow(
      expect.objectContaining({
        code: 'vivado/bad-bitfile',
        message: expect.stringMatching(message) as string,
      }),
    );
  });

  it('are looked at in the same way once they are swapped', () => {
    const problem = (data: string) => rawBitstreamProblem(Buffer.from(data, 'hex'));
    expect(problem('ffffffff665599aa')).toBeNull();
    expect(problem('ffff665599aaffff')).toBe('have no sync word in the first 128 bytes');
    expect(problem('aa995566')).toBe('have no sync word in the first 128 bytes');
    expect(problem('665599aaff')).toBe('are 5 bytes, not a multiple of 4');
  });
});

describe('the part in the header', () => {
  it.each([
    ['7z020clg484', 'xc7z020clg484-1'],
    ['xczu7ev-ffvc1156-2-e', 'xczu7ev-ffvc1156-2-e'],
  ])('%s is %s', (stated, part) => {
    expect(() => checkPart(readBitfile(bitfile({ part: stated })), part)).not.toThrow();
  });

  it.each([
    ['7z020clg400', 'xc7z020clg484-1'],
    ['7z020', 'xc7z020clg484-1'],
    ['', 'xc7z020clg484-1'],
    ['xczu7ev', 'xczu7ev-ffvc1156-2-e'],
  ])('%j is not %s', (stated, part) => {
    expect(() => checkPart(readBitfile(bitfile({ part: stated })), part)).toThrow(
      expect.objectContaining({
        code: 'implement/wrong-part',
        message: `the bitstream is for ${stated}, not for ${part}`,
      }),
    );
  });
});

describe('arbitrary bytes', () => {
  /** The `.bit` file as read; null if it is refused. */
  function outcome(bytes: Uint8Array) {
    try {
      const found = readBitfile(bytes);
      return { ...found, raw: rawBitstream(found) };
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  it('are refused or read, never anything else', () => {
    const start = Buffer.from('00090ff00ff00ff00ff0000001', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isBegun) => {
        const found = outcome(isBegun ? Buffer.concat([start, bytes]) : bytes);
        if (found !== null) expect(rawBitstreamProblem(found.raw)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  it('with one changed byte are refused, or read differently, or differ in a byte without meaning', () => {
    const whole = bitfile({ data: Buffer.from('ffffffffaa9955662000000030022001', 'hex') });
    const valid = outcome(whole);
    // The nine bytes of the first field are the same in every file, and their contents are not checked.
    const silent = (at: number) => at >= 2 && at < 11;
    fc.assert(
      fc.property(fc.noBias(fc.nat(whole.length - 1)), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= by;
        const found = outcome(bytes);
        if (silent(at)) expect(found).toEqual(valid);
        else expect(found).not.toEqual(valid);
      }),
      { numRuns: 2000 },
    );
  });
});
