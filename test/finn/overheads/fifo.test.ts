import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fifoResources } from '../../../finn/overheads/fifo.ts';
import { golden, readJson } from '../network.ts';

const fifos = readJson<readonly (readonly [number, number, number, number, number])[]>(
  join(golden, 'fifos.json'),
);

test.each(fifos)('%i words of %i bits take what FINN estimates', (depth, width, LUT, BRAM_18K, URAM) => {
  expect(fifoResources(depth, width, true)).toEqual({ LUT, BRAM_18K, URAM, DSP: 0 });
});

test('if the part has no URAM, a deep FIFO uses block memory', () => {
  expect(fifoResources(4096, 72, true)).toMatchObject({ URAM: 1, BRAM_18K: 0 });
  expect(fifoResources(4096, 72, false)).toMatchObject({ URAM: 0, BRAM_18K: 16 });
});
