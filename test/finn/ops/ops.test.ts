import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeOf, opOf } from '../../../finn/ops/index.ts';
import { divisors } from '../../../finn/ops/shapes.ts';
import { describeNodes, golden, readGraph, readJson, unfoldedTfc } from '../network.ts';

test('shapes, stream widths and parameters of the example are FINN’s', () => {
  const graph = readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx'));
  expect(describeNodes(graph)).toEqual(readJson(join(golden, 'tfc-w2a2', 'dataflow_nodes.json')));
});

test('an unknown op is refused by name', () => {
  const node = { ...unfoldedTfc().nodes[0]!, opType: 'toString' };
  expect(() => opOf(node)).toThrow('Reshape_rtl_0 is a toString, which is not supported');
});

test('a missing required attribute is refused', () => {
  const graph = unfoldedTfc();
  const node = { ...graph.nodes[1]!, attributes: {} };
  const { op, view } = nodeOf(graph, node);
  expect(() => op.cycles(view)).toThrow('Thresholding_rtl_0 (Thresholding_rtl) has no attribute NumChannels');
});

test('DSPs of an MVAU_rtl depend on the part', () => {
  const graph = unfoldedTfc();
  const { op, view } = nodeOf(graph, {
    ...graph.nodes[2]!,
    opType: 'MVAU_rtl',
    attributes: { ...graph.nodes[2]!.attributes, PE: 16, SIMD: 49 },
  });
  expect(op.resources(view, 'xc7z020clg484-1').DSP).toBe(196);
  expect(op.resources(view, 'xcvc1902-vsva2197').DSP).toBe(272);
});

test('divisors ascend', () => {
  expect(divisors(1)).toEqual([1]);
  expect(divisors(36)).toEqual([1, 2, 3, 4, 6, 9, 12, 18, 36]);
});
