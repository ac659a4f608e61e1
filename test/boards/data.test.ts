import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BoardType } from '../../boards/data.ts';
import { boardType, boardTypes } from '../../boards/data.ts';
import { Refusal } from '../../base/refusal.ts';

test('a Zedboard has the published figures', () => {
  expect(boardType('zedboard')).toMatchObject({
    part: 'xc7z020clg484-1',
    resources: { LUT: 53_200, BRAM_18K: 280, DSP: 220, URAM: 0 },
    portWidth: 64,
  });
});

describe.each(boardTypes)('docs/facts.md says where the figures of $name come from', (type) => {
  const facts = readFileSync(new URL('../../docs/facts.md', import.meta.url), 'utf8').split('\n');
  /** The rows about this board that contain the text. */
  const rowsWith = (text: string): readonly string[] =>
    facts.filter((row) => row.startsWith('| ') && isOn(type, row) && row.includes(text));

  test.each([
    ['LUT', `${spaced(type.resources.LUT)} LUT`],
    ['BRAM_18K', `${type.resources.BRAM_18K} BRAM_18K`],
    ['DSP', `${type.resources.DSP} DSP`],
    ['URAM', `${type.resources.URAM === 0 ? 'no' : type.resources.URAM} URAM`],
    ['the part', `\`${type.part}\``],
  ])('%s', (what, text) => {
    const missing = `docs/facts.md needs a row for ${what} of ${type.name} that names the board and contains "${text}"`;
    expect(rowsWith(text), missing).not.toEqual([]);
  });

  test('the width of its memory ports', () => {
    const family = type.portWidth === 64 ? '64 bits wide on Zynq 7000' : '128 on UltraScale+';
    expect(facts.join('\n'), `docs/facts.md needs a row for ports of ${type.portWidth} bits`).toContain(
      family,
    );
  });

  const { crystalMegahertz } = type;
  if (crystalMegahertz !== null)
    test('what its PLLs multiply', () => {
      const text = `multiply ${Number(crystalMegahertz.toFixed(3))} MHz`;
      expect(rowsWith(text), `docs/facts.md needs a row for ${text} of ${type.name}`).not.toEqual([]);
    });

  test('its reconfiguration', () => {
    const milliseconds = `${(type.reconfiguration.seconds * 1000).toFixed(1)} ms`;
    const missing = `docs/facts.md needs a row for the reconfiguration of ${type.name} in ${milliseconds}`;
    expect(facts.join('\n'), missing).toContain(milliseconds);
  });
});

test('every type is found under its own name', () => {
  for (const type of boardTypes) expect(boardType(type.name)).toBe(type);
});

test.each([
  ['zedbord', 'did you mean zedboard?'],
  ['ZCU-104', 'did you mean zcu104?'],
  ['alveo-u280', 'known: zedboard, pynq-z1, pynq-z2, zcu104, kv260'],
])('%s is refused with a suggestion if there is a similar name', (name, hint) => {
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

/** The names of `boardTypes` as the page writes them: Zedboard, Pynq-Z1, KV260. */
function isOn({ name }: BoardType, row: string): boolean {
  return new RegExp(`\\b${name}\\b`, 'i').test(row);
}

/** A number as the page writes it: thousands apart, from five digits on. */
function spaced(value: number): string {
  return value < 10_000 ? `${value}` : `${value}`.replace(/(\d{3})$/, ' $1');
}
