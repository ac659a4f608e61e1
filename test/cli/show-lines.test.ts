import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../base/text.ts';
import { blockLines } from '../../cli/show-lines.ts';
import type { Block } from '../../stages/view.ts';

const terminal = (width: number, isTerminal = true) => ({
  isTerminal,
  isLive: isTerminal,
  hasColour: false,
  width,
  height: 24,
  write: () => undefined,
  pass: () => undefined,
});

const blocks: readonly Block[] = [
  { type: 'text', mark: '12', text: `a text of many words, ${'such as these '.repeat(20)}` },
  { type: 'gap' },
  {
    type: 'table',
    rows: [
      ['layer', 'cycles', 'LUT', 'img/s'],
      ['ConvolutionInputGenerator_rtl_0_with_a_name_of_sixty_or_more_columns', '115200', '2051', '868'],
      ['MVAU_hls_3', '9', '\u001b[31m20', '1'],
    ],
    numbers: [1, 2, 3],
    flexible: [0],
    dispensable: [3],
  },
];

describe('what is shown of a stage', () => {
  it.each([60, 72, 80, 100, 200])('fits a terminal of %i columns', (width) => {
    const lines = blockLines(blocks, terminal(width));
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
    // Names are shortened, numbers never are.
    expect(lines.some((line) => line.includes('115200  2051'))).toBe(true);
    expect(lines.some((line) => line.includes('868'))).toBe(width >= 100);
    expect(lines.join('\n')).not.toContain('\u001b');
  });

  it('is complete on a pipe', () => {
    const lines = blockLines(blocks, terminal(60, false));
    expect(lines.some((line) => line.includes('of_sixty_or_more_columns  115200  2051    868'))).toBe(true);
  });

  it('sets lines after the first below the text, not below its mark', () => {
    expect(
      blockLines([{ type: 'text', mark: '3', text: 'word '.repeat(30).trim() }], terminal(60)).slice(0, 2),
    ).toEqual([`3  ${'word '.repeat(11).trim()}`, `   ${'word '.repeat(11).trim()}`]);
  });
});
