import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodePicture } from '../../images/decode.ts';
import type { ReadJpeg } from '../../images/jpeg.ts';
import { digestOf, fileOf, golden, jpegReader } from './golden.ts';

let readJpeg: ReadJpeg;
beforeAll(async () => {
  readJpeg = await jpegReader();
});

const names = Object.keys(golden.files).filter((name) => name !== 'cmyk.jpg');

test.each(names)('%s has the pixels that Pillow reads, in colour and in grey', (name) => {
  const { size, RGB, L } = golden.files[name]!;
  const colour = decodePicture(fileOf(name), name, 3, readJpeg);
  expect([colour.width, colour.height]).toEqual(size);
  expect(digestOf(colour.samples)).toBe(RGB);
  expect(digestOf(decodePicture(fileOf(name), name, 1, readJpeg).samples)).toBe(L);
});

describe('refused is', () => {
  const refusalOf = (bytes: Buffer): unknown => {
    try {
      return decodePicture(bytes, 'photo', 3, readJpeg);
    } catch (error) {
      return error;
    }
  };
  const png = fileOf('rgb-8.png');
  const jpeg = fileOf('baseline-420.jpg');
  const wide = fileOf('baseline-422.jpg');
  const changed = (bytes: Buffer, at: number, ...values: readonly number[]): Buffer =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from(values), bytes.subarray(at + values.length)]);
  const frame = jpeg.indexOf(Buffer.of(0xff, 0xc0));

  test.each([
    ['a text', Buffer.from('GIF89a, perhaps'), 'images/unknown-format', 'photo is neither a PNG nor a JPEG'],
    ['nothing', Buffer.alloc(0), 'images/unknown-format', 'photo'],
    ['CMYK', fileOf('cmyk.jpg'), 'images/unsupported', 'photo has 4 components (CMYK)'],
    ['4:4:0', changed(wide, wide.indexOf(Buffer.of(0xff, 0xc0)) + 11, 0x12), 'images/unsupported', '(4:4:0)'],
    ['12 bits', changed(jpeg, frame + 4, 12), 'images/unsupported', 'photo has 12 bits per sample'],
    [
      'a lossless JPEG',
      changed(jpeg, frame + 1, 0xc3),
      'images/unsupported',
      'photo is coded without Huffman codes',
    ],
    [
      'a JPEG without its end',
      jpeg.subarray(0, -40),
      'images/corrupt',
      'photo cannot be read: it was cut short',
    ],
    ['a JPEG of its beginning', jpeg.subarray(0, 30), 'images/corrupt', 'photo'],
    [
      'a JPEG with damaged markers',
      changed(jpeg, 2, 0xff, 0xe0, 0, 3),
      'images/corrupt',
      'no marker at byte',
    ],
    ['a JPEG without pixels', changed(jpeg, frame + 5, 0, 0), 'images/corrupt', 'it has no pixels'],
    ['a huge JPEG', changed(jpeg, frame + 5, 255, 255, 255, 255), 'images/too-large', '65535×65535 pixels'],
    ['a PNG without its end', png.subarray(0, 80), 'images/corrupt', 'photo cannot be read: '],
    ['a PNG with a damaged checksum', changed(png, 45, 7), 'images/corrupt', 'photo cannot be read: '],
    ['a huge PNG', changed(png, 16, 127, 255, 255, 255), 'images/too-large', 'photo has 2147483647×'],
    [
      'a PNG without a header',
      Buffer.concat([png.subarray(0, 8), deflateSync('x')]),
      'images/corrupt',
      'header',
    ],
  ])('%s', (_what, bytes, code, message) => {
    expect(refusalOf(bytes)).toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  test('nothing but what is damaged: the decoder reads on after it', () => {
    refusalOf(changed(jpeg, jpeg.length - 200, ...Array<number>(100).fill(0xff)));
    const name = 'progressive-444.jpg';
    expect(digestOf(decodePicture(fileOf(name), name, 3, readJpeg).samples)).toBe(golden.files[name]!.RGB);
  });
});
