import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lower } from '../../../finn/lower/lower.ts';
import type { Route } from '../../../finn/lower/route.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../../../onnx/model.ts';
import { readModel } from '../../../onnx/read.ts';
import { Refusal } from '../../../base/refusal.ts';
import { examples } from '../network.ts';

const model = readModel(readFileSync(`${examples}/cnv-w2a2/model.onnx`));
const byDefault: Route = { preset: 'default', standaloneThresholds: false };

function refusal(changed: OnnxModel, route = byDefault): { code: string; message: string; hint: string } {
  try {
    lower(changed, 'xc7z020clg484-1', null, route);
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, message: error.message, hint: error.hint ?? '' };
    throw error;
  }
  throw new Error('was lowered');
}

/** The model with the n-th node of a kind changed into others. */
function withNode(
  opType: string,
  place: number,
  change: (node: OnnxNode) => readonly OnnxNode[],
  constants: ReadonlyMap<string, OnnxTensor> = new Map(),
): OnnxModel {
  const chosen = model.graph.nodes.filter((node) => node.opType === opType)[place]!;
  const nodes = model.graph.nodes.flatMap((node) => (node === chosen ? change(node) : [node]));
  const initializers = new Map([...model.graph.initializers, ...constants]);
  return { ...model, graph: { ...model.graph, nodes, initializers } };
}

function withAttribute(opType: string, name: string, attribute: OnnxAttribute): OnnxModel {
  return withNode(opType, 0, (node) => [
    { ...node, attributes: new Map([...node.attributes, [name, attribute]]) },
  ]);
}

/** The model with the first node of a kind become another operator. */
function withOperator(opType: string, other: string): OnnxModel {
  return withNode(opType, 0, (node) => [{ ...node, opType: other }]);
}

const ints = (...value: readonly number[]): OnnxAttribute => ({ type: 'ints', value });
const one: OnnxTensor = { elementType: 'float32', shape: [], values: Float32Array.of(1) };

test.each([
  ['groups of channels', withAttribute('Conv', 'group', { type: 'int', value: 3 }), /3 groups/],
  ['a kernel that does not match its weights', withAttribute('Conv', 'kernel_shape', ints(2, 2)), /2 x 2/],
  ['negative padding', withAttribute('Conv', 'pads', ints(-1, 0, 0, 0)), /pads of/],
  ['padding in one dimension', withAttribute('Conv', 'pads', ints(1, 1)), /pads of/],
  ['padding by name', withAttribute('Conv', 'auto_pad', { type: 'string', value: 'SAME' }), /pads by SAME/],
  ['a window larger than its image', withAttribute('Conv', 'dilations', ints(20, 20)), /for an image of/],
  ['dilated pooling', withAttribute('MaxPool', 'dilations', ints(2, 2)), /dilated/],
  [
    'pooling that skips pixels',
    withAttribute('MaxPool', 'kernel_shape', ints(1, 1)),
    /pools 1 x 1 pixels every 2 x 2/,
  ],
  ['pooling padded signed values', withAttribute('MaxPool', 'pads', ints(1, 1, 1, 1)), /pads values of/],
  ['an average without truncation', withOperator('MaxPool', 'AveragePool'), /no Trunc/],
  ['a global average', inFrontOfReshape('GlobalAveragePool'), /floating point/],
  ['a truncation alone', inFrontOfReshape('Trunc'), /no AveragePool/],
  ['an operator without a rule', inFrontOfReshape('Softmax'), /not supported/],
])('%s is refused with the node', (_what, changed, message) => {
  const found = refusal(changed);
  expect(found.code).toBe('lower/unsupported-op');
  expect(found.message).toMatch(message);
  expect(found.hint).not.toBe('');
});

test('a truncation of an unknown version is refused', () => {
  const changed = inFrontOfReshape('Trunc');
  const opsets = new Map([...model.opsets, ['qonnx.custom_op.general', 3]]);
  expect(refusal({ ...changed, opsets }).message).toMatch(/version 3/);
});

test('a truncation whose version the file does not state is refused if it is not the first', () => {
  const opsets = new Map([['', model.opsets.get('')!]]);
  const { message, hint } = refusal({ ...inFrontOfReshape('Trunc'), opsets });
  expect(message).toMatch(/has 6 inputs, and version 1/);
  expect(hint).toMatch(/set_opset_import/);
});

test('a batch of images is refused', () => {
  const flat = withOperator('Reshape', 'Flatten');
  const inputs = [{ ...flat.graph.inputs[0]!, shape: [2, 3, 32, 32] }];
  expect(refusal({ ...flat, graph: { ...flat.graph, inputs } }).message).toMatch(/batch of 2/);
});

test('the preset mobilenet refuses branches and names the preset to use', () => {
  const changed = withNode('MatMul', 1, (node) => {
    const product = `${node.outputs[0]!}_product`;
    const sum = { ...node, name: 'joined', opType: 'Add', inputs: [product, node.inputs[0]!] };
    return [{ ...node, outputs: [product] }, sum];
  });
  const { message, hint } = refusal(changed, { ...byDefault, preset: 'mobilenet' });
  expect(message).toMatch(/reads what/);
  expect(hint).toMatch(/preset default/);
});

/** The model with an operator of a single image, whose extents are 1, before the first product. */
function inFrontOfReshape(opType: string): OnnxModel {
  const settings = ['truncScale', 'truncZero', 'truncBits', 'truncScale', 'truncBits'];
  return withNode(
    'Reshape',
    0,
    (node) => {
      const changed = `${node.outputs[0]!}_changed`;
      const inputs = [node.inputs[0]!, ...(opType === 'Trunc' ? settings : [])];
      return [
        { ...node, name: opType, opType, inputs, outputs: [changed], attributes: new Map() },
        { ...node, inputs: [changed, ...node.inputs.slice(1)] },
      ];
    },
    truncated(),
  );
}

function truncated(): ReadonlyMap<string, OnnxTensor> {
  const number = (value: number): OnnxTensor => ({ ...one, values: Float32Array.of(value) });
  return new Map([
    ['truncScale', one],
    ['truncZero', number(0)],
    ['truncBits', number(4)],
  ]);
}
