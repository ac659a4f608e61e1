import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import { golden, readGraph } from '../network.ts';

const tfc = readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx'));

/** x -> MVAU (weights, thresholds) -> y, before specialisation. */
function layer(
  weights: readonly number[],
  thresholds: readonly number[] | null,
  input = 'UINT2',
): HardwareGraph {
  const tensor = (shape: readonly number[], datatype: string) => ({ shape, datatype, layout: null });
  return {
    nodes: [
      {
        name: 'MVAU_0',
        opType: 'MVAU',
        domain: 'finn.custom_op.fpgadataflow',
        inputs: ['x', 'w', ...(thresholds === null ? [] : ['t'])],
        outputs: ['y'],
        attributes: {
          MW: weights.length,
          MH: 1,
          PE: 1,
          SIMD: 1,
          inputDataType: input,
          weightDataType: 'INT8',
          outputDataType: thresholds === null ? 'INT32' : 'UINT2',
          noActivation: thresholds === null ? 1 : 0,
        },
      },
    ],
    tensors: new Map([
      ['x', tensor([1, weights.length], input)],
      ['w', tensor([weights.length, 1], 'INT8')],
      ['t', tensor([1, thresholds?.length ?? 0], 'INT32')],
      ['y', tensor([1, 1], thresholds === null ? 'INT32' : 'UINT2')],
    ]),
    parameters: new Map([
      ['w', Float32Array.from(weights)],
      ['t', Float32Array.from(thresholds ?? [])],
    ]),
    inputs: ['x'],
    outputs: ['y'],
  };
}

test("minimising FINN's minimised graph changes nothing", () => {
  expect(minimiseBitWidths(tfc)).toEqual(tfc);
});

test('lost widths are found again', () => {
  const widened: HardwareGraph = {
    ...tfc,
    nodes: tfc.nodes.map((node) =>
      node.opType === 'MVAU_hls'
        ? { ...node, attributes: { ...node.attributes, weightDataType: 'INT8', accDataType: 'INT32' } }
        : node,
    ),
    tensors: new Map([...tfc.tensors].map(([name, tensor]) => [name, widen(name, tensor)])),
  };
  expect(minimiseBitWidths(widened)).toEqual(tfc);
});

function widen(
  name: string,
  tensor: HardwareGraph['tensors'] extends ReadonlyMap<string, infer T> ? T : never,
) {
  return name.startsWith('MultiThreshold') && name.endsWith('param0')
    ? { ...tensor, datatype: 'INT32' }
    : tensor;
}

test.each([
  [[1, -1], 'INT2', 'INT3'],
  [[-2, 1, 1], 'INT2', 'INT4'],
  [[1, 1], 'BINARY', 'UINT3'],
  [[3, 2], 'UINT2', 'UINT4'],
])('weights %j become %s and accumulate in %s', (weights, weightType, accumulator) => {
  const [node] = minimiseBitWidths(layer(weights, [1])).nodes;
  expect(node!.attributes).toMatchObject({ weightDataType: weightType, accDataType: accumulator });
});

test('the network’s output is rounded up to whole bytes', () => {
  const found = minimiseBitWidths(layer([1, -1], null));
  expect(found.nodes[0]!.attributes).toMatchObject({ accDataType: 'INT8', outputDataType: 'INT8' });
  expect(found.tensors.get('y')!.datatype).toBe('INT8');
});

test('thresholds are rounded up and clipped to one above the accumulator', () => {
  const found = minimiseBitWidths(layer([1, -1], [-100, -1.5, 0.1, 100]));
  expect([...found.parameters.get('t')!]).toEqual([-4, -1, 1, 4]);
});

test('runtime-writeable weights count with the full range of their datatype', () => {
  const given = layer([1, -1], [1]);
  const [node] = given.nodes;
  const writeable = { ...node!, attributes: { ...node!.attributes, runtime_writeable_weights: 1 } };
  const found = minimiseBitWidths({ ...given, nodes: [writeable] });
  expect(found.nodes[0]!.attributes).toMatchObject({ weightDataType: 'INT8', accDataType: 'INT11' });
});
