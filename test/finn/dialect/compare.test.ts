import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../../finn/dialect/compare.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import type { HardwareGraph, HardwareNode } from '../../../finn/graph.ts';

const file = readFileSync(new URL('../../golden/tfc-w2a2/dataflow.onnx', import.meta.url));
const graph = readHardwareGraph(file);
const mvau = graph.nodes[2]!;

function withNode(change: Partial<HardwareNode>): HardwareGraph {
  return { ...graph, nodes: graph.nodes.map((node) => (node === mvau ? { ...node, ...change } : node)) };
}

describe('two hardware graphs', () => {
  it('are equal whatever the names of their tensors', () => {
    expect(firstDifference(graph, readHardwareGraph(writeHardwareGraph(graph)))).toBeNull();
  });

  it.each<[string, HardwareGraph, string, string, string]>([
    ['op type', withNode({ opType: 'MVAU_rtl' }), 'op type', 'MVAU_hls', 'MVAU_rtl'],
    [
      'attribute',
      withNode({ attributes: { ...mvau.attributes, PE: 99 } }),
      'attribute PE',
      String(mvau.attributes['PE']),
      '99',
    ],
    [
      'attribute that is missing',
      withNode({ attributes: Object.fromEntries(Object.entries(mvau.attributes).slice(1)) }),
      'attribute ActVal',
      String(mvau.attributes['ActVal']),
      '(none)',
    ],
    [
      'wiring',
      withNode({ inputs: [graph.nodes[0]!.outputs[0]!, ...mvau.inputs.slice(1)] }),
      'source of input 0',
      'output 0 of node 1',
      'output 0 of node 0',
    ],
  ])('differ in an %s', (_, other, what, first, second) => {
    expect(firstDifference(graph, other)).toEqual({ index: 2, node: 'MVAU_hls_0', what, first, second });
  });

  it('differ in a datatype', () => {
    const name = mvau.outputs[0]!;
    const tensors = new Map(graph.tensors).set(name, { ...graph.tensors.get(name)!, datatype: 'INT3' });
    expect(firstDifference(graph, { ...graph, tensors })).toMatchObject({
      node: 'MVAU_hls_0',
      what: 'datatype of output 0',
      first: 'INT2',
      second: 'INT3',
    });
  });

  it('differ in a parameter', () => {
    const name = mvau.inputs[1]!;
    const values = Float32Array.from(graph.parameters.get(name)!);
    values[7] = 5;
    const parameters = new Map(graph.parameters).set(name, values);
    expect(firstDifference(graph, { ...graph, parameters })).toMatchObject({
      node: 'MVAU_hls_0',
      what: 'value 7 of input 1',
      second: '5',
    });
  });

  it('differ in their length', () => {
    const shorter = { ...graph, nodes: graph.nodes.slice(0, -1) };
    expect(firstDifference(graph, shorter)).toMatchObject({
      node: 'LabelSelect_hls_0',
      what: 'op type',
      second: '(no such node)',
    });
  });
});
