import { expect, test } from 'vitest';
import { checkHardware } from '../../../finn/dialect/check/index.ts';
import { estimate } from '../../../finn/estimate/reports.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { foldForRate } from '../../../finn/fold/auto.ts';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { nodeOf } from '../../../finn/ops/index.ts';
import { streamsOf } from '../../../finn/overheads/streams.ts';
import { cuttableAfter } from '../../../finn/split/articulation.ts';
import { attempt } from '../../../base/refusal.ts';
import { splitAndConcat } from '../split-and-concat.ts';

const part = 'xc7z020clg484-1';

test('parts have their own channels, pixel by pixel', () => {
  const graph = splitAndConcat([1, 2, 3], 1);
  const data = Int32Array.from({ length: 16 * 6 }, (_, index) => (index * 7) % 16);
  const { shape, data: found } = run(prepare(graph), { shape: [1, 4, 4, 6], data });
  expect(shape).toEqual([1, 4, 4, 6]);
  const pixels = Array.from({ length: 16 }, (_, pixel) => [...data.subarray(pixel * 6, pixel * 6 + 6)]);
  expect([...found]).toEqual(pixels.flatMap(([a, b, c, d, e, f]) => [d!, e!, f!, b!, c!, a!]));
});

test('each stream has the words of its part', () => {
  const streams = streamsOf(splitAndConcat([2, 6], 2));
  expect(streams.map(({ from, to }) => [from?.words ?? null, to?.words ?? null])).toEqual([
    [null, 64],
    [48, 48],
    [16, 16],
    [64, null],
  ]);
});

test('its parallelism divides every part', () => {
  const graph = splitAndConcat([4, 12, 8], 1);
  const { op, view } = nodeOf(graph, graph.nodes[0]!);
  expect(op.legalValues(view)).toEqual({ SIMD: [1, 2, 4] });
  const folded = (simd: number) =>
    attempt(() => applyFolding(graph, { StreamingSplit_hls_0: { SIMD: simd } }));
  expect(folded(4).ok).toBe(true);
  expect(folded(3)).toMatchObject({ ok: false });
  const cycles = (rate: number): unknown =>
    estimate(foldForRate(graph, rate, 100).graph, part, 100).estimate_layer_cycles;
  expect(cycles(100e6 / 385)).toEqual({ StreamingSplit_hls_0: 384, StreamingConcat_hls_0: 384 });
  expect(cycles(100e6 / 384)).toEqual({ StreamingSplit_hls_0: 192, StreamingConcat_hls_0: 192 });
});

test('no cut goes through its parts', () => {
  expect(cuttableAfter(splitAndConcat([2, 2], 1))).toEqual([false, false]);
});

test.each<[string, (graph: HardwareGraph) => HardwareGraph, string]>([
  ['a missing part', (graph) => changed(graph, { outputs: ['part0'] }), 'has 1 output'],
  [
    'a part of no channels',
    (graph) => changed(graph, {}, { ChannelsPerStream: [0, 4] }),
    'ChannelsPerStream',
  ],
  [
    'parts of other sizes',
    (graph) => changed(graph, {}, { ChannelsPerStream: [1, 3] }),
    'makes part0 of shape [1, 4, 4, 2], but its attributes say [1, 4, 4, 1]',
  ],
])('%s is refused', (_, change, words) => {
  const refused = attempt(() => {
    checkHardware(change(splitAndConcat([2, 2], 1)), new Map());
  });
  expect(refused.ok ? '' : refused.diagnostics.map(({ message }) => message).join('\n')).toContain(words);
});

function changed(
  graph: HardwareGraph,
  changes: Partial<HardwareGraph['nodes'][number]>,
  attributes: HardwareGraph['nodes'][number]['attributes'] = {},
): HardwareGraph {
  const [split, ...others] = graph.nodes;
  return {
    ...graph,
    nodes: [{ ...split!, ...changes, attributes: { ...split!.attributes, ...attributes } }, ...others],
  };
}
