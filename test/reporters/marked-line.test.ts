import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../base/text.ts';
import { formatDiagnostic } from '../../reporters/diagnostic.ts';
import { markedLine } from '../../reporters/marked-line.ts';

/** What stands above the marker. */
function aboveMarker(source: string, column: number, length: number, room: number): string {
  const { text, before, marker } = markedLine(source, column, length, room);
  expect(displayWidth(text)).toBeLessThanOrEqual(room);
  let skipped = '';
  let shown = '';
  for (const character of text)
    if (displayWidth(skipped + character) <= displayWidth(before)) skipped += character;
    else if (displayWidth(shown) < marker.length) shown += character;
  expect(displayWidth(skipped)).toBe(displayWidth(before));
  return shown;
}

describe('a line that is too wide', () => {
  const filler = 'x'.repeat(50_000);

  it('is cut on both sides of the place', () => {
    expect(markedLine(`${filler}PLACE${filler}`, 50_001, 5, 25)).toEqual({
      text: '…xxxxxxxxxPLACExxxxxxxxx…',
      before: ' '.repeat(10),
      marker: '^^^^^',
    });
  });

  it.each([
    ['at the beginning', `PLACE${filler}`, 1, 'PLACExxxxxxxxxxxxxxxxxxx…', 0],
    ['near the beginning', `abcPLACE${filler}`, 4, 'abcPLACExxxxxxxxxxxxxxxx…', 3],
    ['at the end', `${filler}PLACE`, 50_001, '…xxxxxxxxxxxxxxxxxxxPLACE', 20],
    ['near the end', `${filler}PLACEabc`, 50_001, '…xxxxxxxxxxxxxxxxPLACEabc', 17],
  ])('shows as much as fits, with the place %s', (_, source, column, text, indent) => {
    expect(markedLine(source, column, 5, 25)).toEqual({ text, before: ' '.repeat(indent), marker: '^^^^^' });
  });

  it.each([
    ['wide characters', '日本語'.repeat(20_000), '合成', '語'.repeat(20_000)],
    ['tabs', '\tx'.repeat(20_000), 'PLACE', '\t'.repeat(20_000)],
    ['escape sequences', '\u001b[31mred'.repeat(9_000), 'PLACE', '\u001b[0m'.repeat(9_000)],
    ['letters with accents', 'e\u0301'.repeat(20_000), 'PLACE', 'o\u0308'.repeat(20_000)],
  ])('has the marker under the place among %s', (_, before, place, after) => {
    for (const room of [24, 25, 60, 195])
      expect(aboveMarker(before + place + after, before.length + 1, place.length, room)).toBe(place);
  });

  it('of a place that is too wide itself, shows its beginning', () => {
    const { text, marker } = markedLine(`ab${filler}`, 3, 50_000, 30);
    expect(text).toBe(`ab${'x'.repeat(19)}…`);
    expect(marker).toBe('^'.repeat(20));
  });

  it('shows a place behind its end', () => {
    expect(markedLine(filler, 50_001, 1, 10)).toEqual({
      text: '…xxxxxxxx',
      before: ' '.repeat(9),
      marker: '^',
    });
  });
});

it('a line that fits keeps its tabs and its marker', () => {
  expect(markedLine('\ta: bad', 5, 3, 40)).toEqual({ text: '\ta: bad', before: '\t   ', marker: '^^^' });
});

it('a message about a line of 100 kB is short, on a terminal and in a pipe', () => {
  const place = { file: 'a.json', line: 1, column: 50_001, length: 3 };
  const diagnostic = { code: 'c', message: 'm', severity: 'error', place } as const;
  const shown = (isTerminal: boolean): readonly string[] =>
    formatDiagnostic(diagnostic, () => ['y'.repeat(100_000)], { isTerminal, hasColour: false, width: 80 })
      .trimEnd()
      .split('\n');
  expect(shown(true).map(displayWidth)).toEqual([11, 16, 80, 44]);
  expect(shown(false).map(displayWidth)).toEqual([11, 16, 200, 104]);
});
