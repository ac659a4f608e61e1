import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('the errors of the layers that were not used for the fit are those in docs/resources.md', () => {
  const checked = compared.filter((row) => row.use === 'check' && !isDivided(row));
  const names = [...new Set(checked.map(nameOf))];
  const rows = names.map((name) => {
    const layers = checked.filter((row) => nameOf(row) === name);
    const errors = [...errorsOf(layers, 'LUT'), ...errorsOf(layers, 'FF')].map((error) => error.toFixed(1));
    return [titles[name], layers.length, ...errors].join(' ');
  });
  const document = readFileSync(join(import.meta.dirname, '../../../docs/resources.md'), 'utf8');
  const stated = document.slice(document.indexOf('| layer       | compared |')).split('\n\n', 1)[0]!;
  const [, , ...lines] = stated.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  expect(lines.map((cells) => cells.join(' ').trim())).toEqual(rows);
  const fitted = compared.filter(({ use }) => use === 'fit').length;
  expect(document).toContain(
    `for ${compared.length} layers that FINN+ 1.6.1 generated; formulas were fitted to ${fitted} of`,
  );
});

/** The layers of docs/resources.md by the beginning of the ids of their rows. */
const titles: { readonly [name: string]: string } = {
  core: 'multipliers',
  memory: 'weights',
  thresholds: 'thresholds',
  windows: 'windows',
  padding: 'padding',
  converter: 'converters',
  fifo: 'FIFOs',
};

function nameOf({ id }: (typeof compared)[number]): string {
  return id.replace(/-.*/, '');
}

/** The largest error and the mean. */
function errorsOf(rows: readonly (typeof compared)[number][], kind: 'LUT' | 'FF'): readonly number[] {
  const errors = rows.map(({ ours, yosys }) => 100 * deviation(ours[kind], yosys[kind]));
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return [Math.max(...errors), mean];
}
