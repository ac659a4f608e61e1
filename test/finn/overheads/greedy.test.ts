import { expect, test } from 'vitest';
import { modelOverheads } from '../../../finn/overheads/overheads.ts';
import { nodeOf } from '../../../finn/ops/index.ts';
import { cuttableAfter } from '../../../finn/split/articulation.ts';
import type { Board, Limits } from '../../../finn/split/board.ts';
import { exceeded, usable } from '../../../finn/split/board.ts';
import type { SplitLayer } from '../../../finn/split/greedy.ts';
import { walkGreedily } from '../../../finn/split/greedy.ts';
import { amounts, sumAmounts } from '../../../finn/synthesis/amounts.ts';
import { goldenChain, goldenNodes } from '../estimate/golden-chain.ts';

const zedboard: Board = {
  name: 'zed0',
  type: 'zedboard',
  resources: { LUT: 53_200, BRAM_18K: 280, URAM: 0, DSP: 220, FF: 106_400 },
};
const whole: Limits = { LUT: 1, BRAM_18K: 1, URAM: 1, DSP: 1, FF: 1 };
const graph = goldenChain(goldenNodes('mobilenetv1-w4a4'));
const cuttable = cuttableAfter(graph);
const layers = graph.nodes.map((node, index): SplitLayer => {
  const { op, view } = nodeOf(graph, node);
  return {
    name: node.name,
    resources: amounts(op.resources(view, 'xc7z020clg484-1')),
    cuttable: cuttable[index]!,
  };
});
const overheads = modelOverheads(graph);
const platform = { hasUram: false, portWidth: 64 };

test('MobileNetV1 with overheads: no submodel exceeds its board, and one layer more would', () => {
  const besides = (first: number, last: number) => amounts(overheads(first, last, platform).total);
  const needed = (first: number, last: number) =>
    sumAmounts([...layers.slice(first, last + 1).map(({ resources }) => resources), besides(first, last)]);
  const ends = [...walkGreedily(layers, [zedboard], whole, besides), layers.length - 1];
  const starts = [0, ...ends.slice(0, -1).map((end) => end + 1)];
  for (const [position, end] of ends.entries()) {
    expect(exceeded(needed(starts[position]!, end), usable(zedboard, whole))).toEqual([]);
    if (end === layers.length - 1) continue;
    expect(exceeded(needed(starts[position]!, end + 1), usable(zedboard, whole))).not.toEqual([]);
  }
  // DSPs and block memory decide; overheads need little of them.
  expect(ends.slice(0, -1)).toEqual(walkGreedily(layers, [zedboard], whole));
});

test('a layer that fits a board only without its overhead is refused, and the overhead is named', () => {
  const [layer] = [{ name: 'a', cuttable: true, resources: amounts({ BRAM_18K: 278 }) }];
  const besides = () => amounts({ LUT: 100, BRAM_18K: 8 });
  expect(walkGreedily([layer], [zedboard], whole)).toEqual([]);
  expect(() => walkGreedily([layer], [zedboard], whole, besides)).toThrow(
    'a fits no board alone: it needs 286 BRAM_18K, 8 of them overhead, zedboard has 280',
  );
});
