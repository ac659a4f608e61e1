import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { prepare, run } from '../../../finn/execute/run.ts';
import type { HardwareGraph, HardwareNode, Tensor } from '../../../finn/graph.ts';
import { prepareChain, runChain } from '../../../finn/split/chain.ts';
import { describeSubmodel } from '../../../finn/split/describe.ts';
import { submodelId } from '../../../finn/split/identity.ts';
import type { Submodel } from '../../../finn/split/submodel.ts';
import { cutGraph } from '../../../finn/split/submodel.ts';
import { digestOf, golden, readGraph, tfcImages } from '../network.ts';

const tfc = readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx'));

function idsOf(graph: HardwareGraph, cuts: readonly number[] = [2, 4]): readonly string[] {
  return cutGraph(graph, cuts).map((part) => submodelId(part));
}

function withNode(change: (node: HardwareNode) => HardwareNode): HardwareGraph {
  return { ...tfc, nodes: tfc.nodes.map((node) => (node.name === 'MVAU_hls_1' ? change(node) : node)) };
}

function withAttribute(name: string, value: number | string | readonly number[]): HardwareGraph {
  return withNode((node) => ({ ...node, attributes: { ...node.attributes, [name]: value } }));
}

function withTensor(name: string, change: (tensor: Tensor) => Tensor): HardwareGraph {
  const tensors = new Map(tfc.tensors).set(name, change(tfc.tensors.get(name)!));
  return { ...tfc, tensors };
}

function withParameter(name: string): HardwareGraph {
  const values = tfc.parameters.get(name)!.slice();
  values[7] = values[7]! === 0 ? 1 : 0;
  return { ...tfc, parameters: new Map(tfc.parameters).set(name, values) };
}

test('parts are independent graphs with local names', () => {
  const parts = cutGraph(tfc, [2, 4]);
  expect(parts.map(({ names }) => names)).toEqual([
    [
      ['Reshape_rtl_0', 'Reshape_rtl_0'],
      ['Thresholding_rtl_0', 'Thresholding_rtl_0'],
      ['MVAU_hls_0', 'MVAU_hls_0'],
    ],
    [
      ['MVAU_hls_0', 'MVAU_hls_1'],
      ['MVAU_hls_1', 'MVAU_hls_2'],
    ],
    [
      ['MVAU_hls_0', 'MVAU_hls_3'],
      ['LabelSelect_hls_0', 'LabelSelect_hls_0'],
    ],
  ]);
  const { graph } = parts[1]!;
  expect([graph.inputs, graph.outputs]).toEqual([['global_in'], ['global_out']]);
  expect([...graph.tensors.keys()]).toEqual([
    'global_in',
    'MVAU_hls_0_param0',
    'MVAU_hls_0_param1',
    'MVAU_hls_0_out0',
    'MVAU_hls_1_param0',
    'MVAU_hls_1_param1',
    'global_out',
  ]);
  expect(graph.tensors.get('global_in')).toEqual(tfc.tensors.get('MultiThreshold_1_out0'));
});

test('a graph without cuts is one part', () => {
  const [part, ...others] = cutGraph(tfc, []);
  expect(others).toEqual([]);
  expect(part!.graph.nodes).toHaveLength(7);
});

test('the parts of any two cuts, chained, give the results of the whole, node by node', () => {
  const whole = prepare(tfc);
  const images = tfcImages().slice(0, 3);
  for (let first = 0; first < 5; first += 1)
    for (let second = first + 1; second < 6; second += 1) {
      const parts = cutGraph(tfc, [first, second]).map(({ graph }) =>
        readHardwareGraph(writeHardwareGraph(graph)),
      );
      const chain = prepareChain(parts);
      for (const image of images) {
        const expected: string[] = [];
        run(whole, image, (_, { data }) => expected.push(digestOf(data)));
        const found: string[] = [];
        runChain(chain, image, (_, { data }) => found.push(digestOf(data)));
        expect(found).toEqual(expected);
      }
    }
});

test('parts whose boundaries do not match are refused', () => {
  const [first, , last] = cutGraph(tfc, [2, 3]);
  const other = {
    ...last!.graph,
    tensors: new Map(last!.graph.tensors).set('global_in', {
      shape: [1, 64],
      datatype: 'INT4',
      layout: null,
    }),
  };
  expect(() => prepareChain([first!.graph, other])).toThrow(
    'submodel 0 gives INT2 [1, 64], but submodel 1 takes INT4 [1, 64]',
  );
});

test('the id ignores names and position', () => {
  const renamed: HardwareGraph = {
    nodes: tfc.nodes.map((node) => ({
      ...node,
      name: `my_${node.name}`,
      inputs: node.inputs.map((name) => `my_${name}`),
      outputs: node.outputs.map((name) => `my_${name}`),
    })),
    tensors: new Map([...tfc.tensors].reverse().map(([name, tensor]) => [`my_${name}`, tensor])),
    parameters: new Map([...tfc.parameters].reverse().map(([name, values]) => [`my_${name}`, values])),
    inputs: tfc.inputs.map((name) => `my_${name}`),
    outputs: tfc.outputs.map((name) => `my_${name}`),
  };
  expect(idsOf(renamed)).toEqual(idsOf(tfc));
  const bytes = (graph: HardwareGraph) =>
    cutGraph(graph, [2, 4]).map((part) => writeHardwareGraph(part.graph));
  expect(bytes(renamed)).toEqual(bytes(tfc));
  expect(idsOf(tfc, [1, 2, 4])[2]).toBe(idsOf(tfc)[1]);
});

test('the id ignores the order of attributes', () => {
  const reversed = withNode((node) => ({
    ...node,
    attributes: Object.fromEntries(Object.entries(node.attributes).reverse()),
  }));
  expect(idsOf(reversed)).toEqual(idsOf(tfc));
});

test.each([
  ['the folding', withAttribute('PE', 16)],
  ['a kind of resource', withAttribute('resType', 'dsp')],
  ['a datatype attribute', withAttribute('accDataType', 'INT9')],
  ['a list', withAttribute('inFIFODepths', [4])],
  ['a new attribute', withAttribute('runtime_writeable_weights', 1)],
  ['the op', withNode((node) => ({ ...node, opType: 'MVAU_rtl' }))],
  ['the domain', withNode((node) => ({ ...node, domain: 'finn.custom_op.fpgadataflow.rtl' }))],
  ['a weight', withParameter('MatMul_1_param0')],
  ['a threshold', withParameter('MultiThreshold_2_param0')],
  [
    'a parameter’s datatype',
    withTensor('MultiThreshold_2_param0', (tensor) => ({ ...tensor, datatype: 'INT9' })),
  ],
  ['a parameter’s shape', withTensor('MultiThreshold_2_param0', (tensor) => ({ ...tensor, shape: [2, 64] }))],
  ['an inner datatype', withTensor('MultiThreshold_2_out0', (tensor) => ({ ...tensor, datatype: 'INT3' }))],
  ['a layout', withTensor('MultiThreshold_2_out0', (tensor) => ({ ...tensor, layout: ['N', 'W'] }))],
])('the id of the part changes with %s, the others stay', (_, changed) => {
  const [first, second, third] = idsOf(changed);
  const before = idsOf(tfc);
  expect([first, third]).toEqual([before[0], before[2]]);
  expect(second).not.toBe(before[1]);
});

test.each(['shape', 'datatype'] as const)('the ids on both sides change with the boundary’s %s', (field) => {
  const changed = withTensor('MultiThreshold_1_out0', (tensor) =>
    field === 'shape' ? { ...tensor, shape: [64] } : { ...tensor, datatype: 'INT3' },
  );
  const before = idsOf(tfc);
  expect(idsOf(changed).map((id, position) => id === before[position])).toEqual([false, false, true]);
});

test('two equal pieces have one id', () => {
  const [, layer] = cutGraph(tfc, [2, 3]);
  const twice: Submodel = { ...layer!, names: [['MVAU_hls_0', 'MVAU_hls_99']] };
  expect(submodelId(twice)).toBe(submodelId(layer!));
});

test('a description names boundaries, resources and cycles', () => {
  const [, part] = cutGraph(tfc, [2, 4]);
  const { nodes, ...description } = describeSubmodel(part!, 'the id', 'xc7z020clg484-1');
  expect(description).toEqual({
    id: 'the id',
    input: { shape: [1, 64], datatype: 'INT2', folded: [1, 8, 8] },
    output: { shape: [1, 64], datatype: 'INT2', folded: [1, 8, 8] },
    resources: { LUT: 2351, BRAM_18K: 8, URAM: 0, DSP: 0 },
    cycles: { perNode: { MVAU_hls_0: 64, MVAU_hls_1: 64 }, max: 64, total: 128 },
  });
  expect(Object.keys(nodes)).toEqual(['MVAU_hls_0', 'MVAU_hls_1']);
  expect(nodes.MVAU_hls_0).toMatchObject({ opType: 'MVAU_hls', PE: 8, accDataType: 'INT7' });
});
