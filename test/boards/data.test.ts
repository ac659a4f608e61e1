import { expect, test } from 'vitest';
import { boardType, boardTypes } from '../../boards/data.ts';
import { Refusal } from '../../base/refusal.ts';

test('a Zedboard is what the published figures say', () => {
  expect(boardType('zedboard')).toMatchObject({
    part: 'xc7z020clg484-1',
    resources: { LUT: 53_200, BRAM_18K: 280, DSP: 220, URAM: 0 },
    portWidth: 64,
  });
});

test('every type is found under its own name', () => {
  for (const type of boardTypes) expect(boardType(type.name)).toBe(type);
});

test.each([
  ['zedbord', 'did you mean zedboard?'],
  ['ZCU-104', 'did you mean zcu104?'],
  ['alveo-u280', 'known are zedboard, pynq-z1, pynq-z2, zcu104, kv260'],
])('%s is refused with a suggestion where one is near', (name, hint) => {
  let refusal: unknown;
  try {
    boardType(name);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({
    code: 'board/unknown-type',
    message: `there is no board type "${name}"`,
    hint,
  });
});
