import { describe, expect, test } from 'vitest';
import { compared } from './table.ts';

const deviation = (ours: number, theirs: number): number => Math.abs(ours - theirs) / theirs;

/** Yosys maps these memories by rules of its own: some in LUTs, others in block memory. */
const isDivided = ({ op, attributes, yosys }: (typeof compared)[number]): boolean =>
  op === 'Thresholding_rtl' && attributes['depth_trigger_bram'] === 0 && yosys.BRAM_18K > 0;

/** FINN fitted the LUTs of its FIFOs to Vivado, which counts more than Yosys. */
const isFifo = ({ op }: (typeof compared)[number]): boolean => op === 'StreamingFIFO_rtl';

test('half of the layers and more were not used for the fit', () => {
  const checked = compared.filter(({ use }) => use === 'check');
  expect(compared.length).toBeGreaterThanOrEqual(60);
  expect(checked.length).toBeGreaterThanOrEqual(compared.length / 2);
});

describe.each(compared)('$id', (row) => {
  const { ours, yosys, inBlocks } = row;
  test('DSPs are those that Yosys counts', () => {
    expect(ours.DSP).toBe(yosys.DSP);
  });

  test('block memory is, or is at most the answer for it if Yosys divides memories', () => {
    expect(inBlocks.BRAM_18K).toBeGreaterThanOrEqual(yosys.BRAM_18K);
    if (!isDivided(row)) expect(ours.BRAM_18K).toBe(yosys.BRAM_18K);
  });
});

// The others fitted the formulas, or Yosys divides their memories over both kinds.
describe.each(compared.filter((row) => row.use === 'check' && !isDivided(row) && !isFifo(row)))(
  '$id',
  ({ ours, yosys }) => {
    test('LUTs are within 15 % or 36', () => {
      const difference = Math.abs(ours.LUT - yosys.LUT);
      expect(difference).toBeLessThanOrEqual(Math.max(0.15 * yosys.LUT, 36));
    });
  },
);

describe.each(compared.filter((row) => !isDivided(row)))('$id', ({ ours, yosys }) => {
  test('flip-flops are within 6 % or 16', () => {
    const difference = Math.abs(ours.FF - yosys.FF);
    expect(difference).toBeLessThanOrEqual(Math.max(0.06 * yosys.FF, 16));
  });
});

test('the errors that docs/models.md states, in per cent of the layers that were not used for the fit', () => {
  const checked = compared.filter((row) => row.use === 'check' && !isDivided(row));
  const names = [...new Set(checked.map(nameOf))];
  const errors = names.map((name) => {
    const rows = checked.filter((row) => nameOf(row) === name);
    return [name, rows.length, ...errorsOf(rows, 'LUT'), ...errorsOf(rows, 'FF')];
  });
  expect(errors).toEqual([
    // Name, layers, and the largest error and the mean of LUTs and of flip-flops.
    ['core', 22, 3.4, 1, 0.1, 0],
    ['memory', 11, 55.6, 5.8, 18.1, 1.8],
    ['thresholds', 13, 12.1, 4.4, 2.6, 0.4],
    ['windows', 12, 22.8, 4.1, 3.3, 0.6],
    ['padding', 3, 2.3, 0.8, 0, 0],
    ['converter', 9, 11.3, 3.2, 0, 0],
    ['fifo', 12, 159.1, 44, 0, 0],
  ]);
});

function nameOf({ id }: (typeof compared)[number]): string {
  return id.replace(/-.*/, '');
}

/** The largest error and the mean. */
function errorsOf(rows: readonly (typeof compared)[number][], kind: 'LUT' | 'FF'): readonly number[] {
  const errors = rows.map(({ ours, yosys }) => 100 * deviation(ours[kind], yosys[kind]));
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return [Math.max(...errors), mean].map((error) => Math.round(error * 10) / 10);
}
