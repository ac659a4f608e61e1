import { describe, expect, it } from 'vitest';
import { readBitfile, withoutDate } from '../../vivado/bitfile.ts';
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
      expect(() => readBitfile(whole.subarray(0, length)), `${String(length)} bytes`).toThrow(
        expect.objectContaining({ code: 'vivado/bad-bitfile' }),
      );
  });

  it.each([
    ['another beginning', (bytes: Buffer) => Buffer.concat([Buffer.from([1]), bytes.subarray(1)])],
    ['bytes behind its data', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0])])],
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
