import { describe, expect, test } from 'vitest';
import type { DmaEngine } from '../../../boards/package/accelerator.ts';
import { encodeAccelerator } from '../../../boards/package/accelerator.ts';
import { makePackage } from '../../../boards/package/directory.ts';
import { checkPayload } from '../../../boards/package/payload.ts';
import { refusal } from '../fixture.ts';
import { clock, idma0, odma0, rawBytes, realAbout, realPayload } from './drawn.ts';

const checked = (change: Parameters<typeof realPayload>[0] = {}, emulated = false) =>
  checkPayload(makePackage({ ...realAbout, emulated }, realPayload(change)));

describe('the payload for a real board', () => {
  test.each([false, true])('is its bitstream and the engines, emulated or not: %s', (emulated) => {
    expect(checked({}, emulated)).toEqual({ clock, input: idma0, output: odma0 });
  });

  test('may omit the width of a port', () => {
    const bytes = encodeAccelerator({ clock, inputs: [{ ...idma0, width: null }], outputs: [odma0] });
    expect(checked({ 'accelerator.json': bytes })!.input.width).toBeNull();
  });

  test.each([
    [
      'without a sync word',
      Buffer.alloc(16, 0xff),
      'have no sync word in the first 128 bytes in the order of a .bin',
    ],
    ['in the order of a .bit', Buffer.from(rawBytes).swap32(), 'have no sync word'],
    ['with a sync word behind them', Buffer.concat([Buffer.alloc(128, 0xff), rawBytes]), 'have no sync word'],
    ['of an odd length', rawBytes.subarray(0, 15), 'are 15 bytes, not a multiple of 4'],
    ['that is empty', Buffer.alloc(0), 'have no sync word'],
  ])('is refused with a bitstream %s', (_, bytes, message) => {
    expect(() => checked({ 'bitstream.bin': bytes })).toThrow(refusal('package/bad-bitstream', message));
  });

  test.each(['bitstream.bin', 'accelerator.json'])('is refused without %s', (path) => {
    const other = `the package has no ${path}`;
    for (const emulated of [false, true])
      expect(() => checked({ [path]: null }, emulated)).toThrow(refusal('package/missing-file', other));
  });

  const encoded = (inputs: readonly DmaEngine[], outputs: readonly DmaEngine[] = [odma0]) =>
    encodeAccelerator({ clock, inputs, outputs });
  const text = (contents: unknown) => Buffer.from(JSON.stringify(contents));
  test.each<[string, Uint8Array, string]>([
    ['no engine', encoded([]), 'accelerator.json names no engine in inputs'],
    [
      'two engines',
      encoded([idma0], [odma0, { ...odma0, name: 'odma1', address: 0x40002000 }]),
      'names 2 engines in outputs, odma0, odma1; only one is supported',
    ],
    ['an engine between pages', encoded([{ ...idma0, address: 0x40000004 }]), 'not whole pages'],
    [
      'an engine in memory',
      encoded([{ ...idma0, address: 0x10000000 }]),
      'idma0 at 0x10000000 are outside the addresses where',
    ],
    ['engines that overlap', encoded([{ ...idma0, range: 8192 }]), 'share the address 0x40001000'],
    ['no JSON', Buffer.from('nonsense'), 'accelerator.json is not JSON'],
    ['another format', text({ format: 1 }), 'has format 1, not 2'],
    ['no clock', text({ format: 2 }), '"clock"'],
    ['no list', text({ format: 2, clock }), '"inputs" is not an array'],
    [
      'an engine without a range',
      text({ format: 2, clock, inputs: [{ name: 'a', address: 0 }] }),
      '"range" is not',
    ],
  ])('is refused with an accelerator.json of %s', (_, bytes, message) => {
    expect(() => checked({ 'accelerator.json': bytes })).toThrow(refusal('package/bad-accelerator', message));
  });
});

describe('the payload for an emulated board', () => {
  test.each(['model.onnx', 'emulated.json'])('is %s', (path) => {
    const payload = new Map([[path, Buffer.of(1)]]);
    expect(checkPayload(makePackage({ ...realAbout, emulated: true }, payload))).toBeNull();
    expect(() => checkPayload(makePackage(realAbout, payload))).toThrow(
      refusal('package/no-payload', 'nothing that a real board could load'),
    );
  });

  test.each([true, false])('is missing with other files only (emulated: %s)', (emulated) => {
    const made = makePackage({ ...realAbout, emulated }, new Map([['notes.txt', Buffer.of(1)]]));
    expect(() => checkPayload(made)).toThrow(refusal('package/no-payload', 'holds nothing'));
  });
});
