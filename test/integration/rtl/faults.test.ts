import { expect, test } from 'vitest';
import { hardwareFaults } from '../../../finn/faults/index.ts';
import { counterpart } from '../rig/counterparts.ts';
import { sideBySide } from '../rig/rtl/chains.ts';
import { cut, product } from '../rig/rtl/faulty.ts';
import { rtlRig } from '../rig/rtl/simulation.ts';

const parallel = { parallel_window: 1 };

/** What FINN builds, and what then leaves it. */
const built = {
  'weights of which none is negative': product({ input: 'UINT4', weights: [1, 7, 3, 2] }),
  'pixels that cover half of the image': cut({
    ...{ image: [2, 2], kernel: [1, 1], stride: [2, 2], channels: 4 },
  }),
  'a line buffer of no word': cut({ image: [6, 3], kernel: [3, 3], attributes: parallel }),
  'a line buffer of one word': cut({ image: [6, 4], kernel: [3, 3], attributes: parallel }),
  'a line buffer of two words': cut({ image: [6, 5], kernel: [3, 3], attributes: parallel }),
};

/** What FINN or its RTL refuses, and in which words. */
const refused = [
  [
    'narrow sums',
    product({ input: 'UINT4', weights: [-1, 1] }),
    'ACCU_WIDTH=5 is too narrow for a 6-bit product',
  ],
  ['an image of two words', cut({ image: [1, 2], kernel: [1, 2] }), 'math domain error'],
  ['one whole window', cut({ image: [3, 3], kernel: [3, 3], attributes: parallel }), 'math domain error'],
  ['far windows', cut({ image: [9, 9], kernel: [1, 2], stride: [3, 3] }), 'H increment > buffer size'],
  [
    'a large stride',
    cut({ image: [1, 9], kernel: [1, 3], stride: [2, 2] }),
    'kernel or stride > FM dimension',
  ],
] as const;

counterpart('finn', (python) => {
  counterpart('verilator', (verilator) => {
    const { run, simulate } = rtlRig(python, verilator);
    const plan = { images: 3, stalls: [0], seed: 1, queue: 'deep' } as const;

    test('layers of which a fault is known differ in FINN’s RTL from our executor, others do not', async () => {
      const outcomes = await simulate(sideBySide(Object.values(built)), plan);
      const wrong = outcomes.map(({ disagreement }) => disagreement?.type === 'value');
      expect(Object.fromEntries(Object.keys(built).map((name, index) => [name, wrong[index]]))).toEqual(
        Object.fromEntries(
          Object.entries(built).map(([name, graph]) => [name, hardwareFaults(graph).length > 0]),
        ),
      );
      expect(wrong).toEqual([true, true, true, true, false]);
    });

    test.each(refused)('FINN refuses %s', async (_, graph, said) => {
      expect(hardwareFaults(graph)).toHaveLength(1);
      const { outcome } = await run(graph, plan);
      expect(outcome).toMatchObject({ ok: false });
      expect(`${outcome?.message} ${outcome?.detail}`).toContain(said);
    });
  });
});
