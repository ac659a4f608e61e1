import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { foldForRate } from '../../../finn/fold/auto.ts';
import { describeFolding } from '../../../finn/fold/describe.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { shortQueues } from '../../../finn/ops/short-queue.ts';
import { Refusal } from '../../../base/refusal.ts';
import { matrix } from '../../integration/rig/rtl/matrices.ts';
import { seeded } from '../../rig/seeded.ts';
import { goldenChain, goldenNodes } from '../estimate/golden-chain.ts';
import { golden, readJson, unfoldedTfc } from '../network.ts';

const mobilenet = goldenChain(goldenNodes('mobilenetv1-w4a4'));

/** The golden network without the memories and multipliers that its folding file chose. */
function unchosen(network: string): HardwareGraph {
  const graph = goldenChain(goldenNodes(network));
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const { ram_style: _style, resType: _type, ...attributes } = node.attributes;
      return { ...node, attributes };
    }),
  };
}

/** The folding for a rate at 100 MHz, in its order. */
function folded(graph: HardwareGraph, rate: number): string {
  return JSON.stringify(describeFolding(foldForRate(graph, rate, 100).graph, graph));
}

function refusalOf(attempt: () => unknown): Refusal {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test.each([
  ['tfc-w2a2', 'tfc-fps1e5', 1e5],
  ['cnv-w2a2', 'cnv-fps100', 100],
])('%s becomes FINN’s %s', (network, name, rate) => {
  const theirs = readJson(join(golden, name, 'auto_folding_config.json'));
  expect(folded(unchosen(network), rate)).toBe(JSON.stringify(theirs));
});

test.each(
  Object.entries(
    readJson<{ [rate: string]: object }>(join(golden, 'mobilenetv1-w4a4', 'auto_foldings.json')),
  ),
)('mobilenetv1-w4a4 for %s img/s becomes FINN’s', (rate, theirs) => {
  expect(folded(mobilenet, Number(rate))).toBe(JSON.stringify(theirs));
});

test('the previous folding does not matter, except for memories and multipliers', () => {
  const refolded = foldForRate(foldForRate(mobilenet, 2000, 100).graph, 10, 100).graph;
  expect(describeFolding(refolded, mobilenet)).toEqual(JSON.parse(folded(mobilenet, 10)));
});

test('a rate that is met has no bottleneck', () => {
  expect(foldForRate(unfoldedTfc(), 1e5, 100)).toMatchObject({ cycles: 1000, bottleneck: null });
});

test('if a layer cannot be fast enough, all are folded for its cycles', () => {
  const found = foldForRate(mobilenet, 2000, 100);
  expect(found).toMatchObject({ cycles: 50_000 });
  const { layer, cycles } = found.bottleneck!;
  expect(folded(mobilenet, (100 * 1e6) / cycles)).toBe(folded(mobilenet, 2000));
  expect(found.graph.nodes.find(({ name }) => name === layer)!.attributes).toMatchObject({
    cycles_estimate: cycles,
  });
});

test('a Reshape that FINN folds but cannot build is refused, with the rates that work', () => {
  const refusal = refusalOf(() => foldForRate(unfoldedTfc(), 1e6, 100));
  expect(refusal).toMatchObject({
    code: 'fold/rate-illegal',
    message:
      'for this rate FINN folds Reshape_rtl_0 with PE 8, which does not divide all that it reads and writes: FINN estimates that, and fails when it builds',
    hint: 'ask for 892857 img/s or less, or give a folding file with PE 14',
    at: ['target_fps'],
  });
  expect(foldForRate(unfoldedTfc(), 892_857, 100).bottleneck).toBeNull();
  expect(() => foldForRate(unfoldedTfc(), 892_858, 100)).toThrow('Reshape_rtl_0 with PE 8');
});

test('a Pool without windows before it is refused, as in FINN', () => {
  const position = mobilenet.nodes.findIndex(({ opType }) => opType === 'Pool_hls');
  const windows = mobilenet.nodes[position - 1]!;
  const withoutWindows = {
    ...mobilenet,
    nodes: mobilenet.nodes.filter((node) => node !== windows),
  };
  expect(refusalOf(() => foldForRate(withoutWindows, 10, 100))).toMatchObject({
    code: 'fold/no-windows',
    message:
      "Pool_hls_0 cannot be folded for a rate: FINN expects a ConvolutionInputGenerator before it and finds the network's input",
    hint: 'give a folding file instead of target_fps',
  });
});

test('a folding written to a file is accepted, including what FINN would omit', () => {
  const graph = unfoldedTfc();
  const own = { MVAU_hls_1: { outFIFODepths: [64], SIMD: 16, ram_style: 'block' } };
  const file = describeFolding(applyFolding(graph, own), graph);
  expect(Object.entries(file['MVAU_hls_1']!)).toEqual([
    ['PE', 1],
    ['SIMD', 16],
    ['ram_style', 'block'],
    ['ram_style_thresholds', 'auto'],
    ['resType', 'lut'],
    ['mem_mode', 'internal_decoupled'],
    ['runtime_writeable_weights', 0],
    ['outFIFODepths', [64]],
  ]);
  expect(describeFolding(applyFolding(graph, file), graph)).toEqual(file);
});

test('no MVAU_rtl takes all its inputs at once where FINN’s output queue would lose words, unless it has only one', () => {
  const graph = matrix(seeded(1), { MW: 8, SIMD: 1, MH: 4, PE: 1, vectors: 10 });
  const lanes = (given: HardwareGraph, avoids: boolean) =>
    foldForRate(given, 5e6, 100, avoids).graph.nodes[0]!.attributes['SIMD'];
  expect([lanes(graph, false), lanes(graph, true)]).toEqual([8, 4]);
  expect(shortQueues(foldForRate(graph, 5e6, 100).graph)).toEqual([{ layer: 'MVAU_rtl_0', lanes: 8 }]);
  expect(shortQueues(foldForRate(graph, 5e6, 100, true).graph)).toEqual([]);
  const single = matrix(seeded(1), { MW: 1, SIMD: 1, MH: 4, PE: 1, vectors: 10 });
  expect(lanes(single, true)).toBe(1);
});
