import { expect, it } from 'vitest';
import { clipped, clippedStart, displayWidth, firstOf, padded, table, wrapped } from '../../base/text.ts';

it.each([
  ['plain', 5],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['한국어', 6],
  ['🙂', 2],
  ['👩‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['→ …', 3],
  ['✔ ⠋', 3],
  ['\u{20000}', 2],
  ['\u{1D400}', 1],
  ['', 0],
])('%s is %i columns wide', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

it('a text is padded to a width in columns, not in characters', () => {
  expect(padded('日本', 6)).toBe('日本  ');
  expect(padded('12', 4, 'start')).toBe('  12');
  expect(padded('too long', 3)).toBe('too long');
});

it('a text is cut to a width in columns, but never within a character', () => {
  expect(clipped('abcdef', 4)).toBe('abc…');
  expect(clipped('日本語', 4)).toBe('日…');
  expect(clipped('日本語', 6)).toBe('日本語');
});

it('the columns of a table are aligned, numbers flush right', () => {
  expect(
    table(
      [
        ['name', 'size'],
        ['日本', '7'],
        ['b', '123'],
      ],
      { numbers: [1] },
    ),
  ).toEqual(['name  size', '日本     7', 'b      123']);
});

it('a text is broken between words, and within one only if it is longer than a line', () => {
  expect(wrapped('fits', 4)).toEqual(['fits']);
  expect(wrapped('twenty-two columns are room enough', 22, '  ')).toEqual([
    'twenty-two columns are',
    '  room enough',
  ]);
  expect(wrapped('  kept  spaces of the beginning', 24)).toEqual(['  kept  spaces of the', 'beginning']);
  expect(wrapped(`see ${'0123456789'.repeat(5)} there`, 24, '    ')).toEqual([
    'see',
    '    01234567890123456789',
    '    01234567890123456789',
    '    0123456789 there',
  ]);
  expect(wrapped('日本語'.repeat(6), 20)).toEqual(['日本語日本語日本語日', '本語日本語日本語']);
});

it('of some names the first are shown and the others counted', () => {
  expect(firstOf(['a', 'b'], 2)).toBe('a, b');
  expect(firstOf(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
});

it('a long text is taken apart in time, into the same characters', () => {
  const family = '👨‍👩‍👧';
  const text = `${'a'.repeat(997)}${family}`.repeat(200);
  expect(displayWidth(text)).toBe(200 * 999);
  expect(clipped(text, 1000)).toBe(`${'a'.repeat(997)}${family}…`);
  expect(clippedStart(text, 1000)).toBe(`…${'a'.repeat(997)}${family}`);
  expect(displayWidth('\tx'.repeat(500_000))).toBe(500_000);
});
