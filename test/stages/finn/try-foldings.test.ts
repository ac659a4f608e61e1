import { expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import type { FoldingChoice } from '../../../stages/finn/estimate/try-foldings.ts';
import { tryFoldings } from '../../../stages/finn/estimate/try-foldings.ts';
import type { MvauQueue } from '../../../stages/toolchain.ts';
import { cut } from '../../integration/rig/rtl/faulty.ts';
import { matrix } from '../../integration/rig/rtl/matrices.ts';
import { seeded } from '../../rig/seeded.ts';

const target = { board: 'zedboard', part: 'xc7z020clg484-1', clockMHz: 100 };
const toolchain = { frontend: 'embedded', model: 'rtl', fifos: { type: 'uniform' } } as const;

function tried(network: Uint8Array, choice: FoldingChoice, mvauQueue: MvauQueue, changes = {}) {
  const [result] = tryFoldings(network, [choice], target, { ...toolchain, mvauQueue, ...changes });
  if (result?.ok !== true) throw new Error(JSON.stringify(result));
  const { layers, warnings } = result.value;
  return { simd: layers[0]?.SIMD, codes: warnings.map(({ code }) => code) };
}

const vectors = writeHardwareGraph(matrix(seeded(1), { MW: 6, SIMD: 1, MH: 4, PE: 1, vectors: 10 }));
const fast: FoldingChoice = { type: 'rate', rate: 2e6 };

test('a rate avoids layers whose queue loses results, where FINN’s queue is built and we fold', () => {
  expect(tried(vectors, fast, 'deep')).toEqual({ simd: 6, codes: [] });
  expect(tried(vectors, fast, 'finn')).toEqual({ simd: 3, codes: [] });
  const ofFinn = { simd: 6, codes: ['fold/short-queue'] };
  expect(tried(vectors, fast, 'finn', { model: 'finn' })).toEqual(ofFinn);
  expect(tried(vectors, fast, 'finn', { frontend: 'finn' })).toEqual(ofFinn);
});

test('a folding with such a layer gets a warning', () => {
  const file: FoldingChoice = { type: 'file', folding: { MVAU_rtl_0: { PE: 1, SIMD: 6 } } };
  expect(tried(vectors, file, 'finn').codes).toEqual(['fold/short-queue']);
  expect(tried(vectors, file, 'deep').codes).toEqual([]);
});

test('layers whose hardware FINN gets wrong get a warning', () => {
  const narrow = writeHardwareGraph(
    cut({ image: [6, 4], kernel: [3, 3], attributes: { parallel_window: 1 } }),
  );
  expect(tried(narrow, { type: 'none' }, 'deep').codes).toEqual(['fold/hardware-fault']);
});
