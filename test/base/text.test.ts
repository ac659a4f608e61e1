import { expect, it } from 'vitest';
import { clipped, displayWidth, padded, table } from '../../base/text.ts';

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
