import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lower } from '../../../finn/lower/lower.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../../../onnx/model.ts';
import { readModel } from '../../../onnx/read.ts';
import { Refusal } from '../../../base/refusal.ts';

const directory = new URL('../../golden/mlp/', import.meta.url);
const file = readFileSync(new URL('narrow-2bit.onnx', directory));
const model = readModel(file);
const part = 'xc7z020clg484-1';

function refusal(changed: OnnxModel): { code: string; message: string; hint: string } {
  try {
    lower(changed, part, null);
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, message: error.message, hint: error.hint ?? '' };
    throw error;
  }
  throw new Error('was lowered');
}

/** The model with the first node that fits changed. */
function withNode(fits: (node: OnnxNode) => boolean, change: (node: OnnxNode) => OnnxNode): OnnxModel {
  const { nodes } = model.graph;
  const index = nodes.findIndex(fits);
  const changed = nodes.map((node, position) => (position === index ? change(node) : node));
  return { ...model, graph: { ...model.graph, nodes: changed } };
}

const isOp = (op: string) => (node: OnnxNode) => node.opType === op;
const isActivationQuant = (node: OnnxNode) =>
  node.opType === 'Quant' && !model.graph.initializers.has(node.inputs[0]!);

function withAttribute(op: (node: OnnxNode) => boolean, name: string, attribute: OnnxAttribute): OnnxModel {
  return withNode(op, (node) => ({ ...node, attributes: new Map([...node.attributes, [name, attribute]]) }));
}

/** The model with a float32 constant in place of an input of the first node that fits. */
function withConstant(
  fits: (node: OnnxNode) => boolean,
  input: number,
  shape: readonly number[],
  value: number,
): OnnxModel {
  const count = shape.reduce((product, size) => product * size, 1);
  const tensor: OnnxTensor = { elementType: 'float32', shape, values: new Float32Array(count).fill(value) };
  const changed = withNode(fits, (node) => ({
    ...node,
    inputs: node.inputs.map((name, position) => (position === input ? 'changed' : name)),
  }));
  const initializers = new Map([...model.graph.initializers, ['changed', tensor]]);
  return { ...changed, graph: { ...changed.graph, initializers } };
}

test('an operator without a rule is refused by name in front of a layer', () => {
  const { code, message, hint } = refusal(
    withNode(isOp('BatchNormalization'), (node) => ({ ...node, name: 'squash', opType: 'Sigmoid' })),
  );
  expect({ code, message }).toEqual({
    code: 'lower/unsupported-op',
    message: 'squash (Sigmoid) is not supported in front of MatMul_31 (MatMul)',
  });
  expect(hint).toContain('ReLU6');
});

test('a layer whose weights are all 0 is refused', () => {
  const isWeightsQuant = (node: OnnxNode) => node.opType === 'Quant' && !isActivationQuant(node);
  const weights = model.graph.nodes.find(isWeightsQuant)!.inputs[0]!;
  const { code, message } = refusal(
    withConstant(isWeightsQuant, 0, model.graph.initializers.get(weights)!.shape, 0),
  );
  expect({ code, message }).toEqual({
    code: 'lower/unsupported-op',
    message: 'MVAU_0 (MVAU) makes nothing but zeros, for which FINN would choose an accumulator of no bits',
  });
});

test.each([
  ['9 bits', withConstant(isActivationQuant, 3, [], 9), /quantises to 9 bits/],
  ['2.5 bits', withConstant(isActivationQuant, 3, [], 2.5), /quantises to 2.5 bits/],
  ['a zero point', withConstant(isActivationQuant, 2, [], 1), /zero point 1/],
  ['a scale of 0', withConstant(isActivationQuant, 1, [], 0), /not positive/],
  ['a scale per channel before a product', withConstant(isActivationQuant, 1, [1, 12], 0.1), /per channel/],
  [
    'rounding down',
    withAttribute(isActivationQuant, 'rounding_mode', { type: 'string', value: 'FLOOR' }),
    /rounds by FLOOR/,
  ],
  ['a constant of another shape', withConstant(isOp('Mul'), 1, [1, 7], 0.1), /constant of shape \[1, 7\]/],
  ['variance of NaN', withConstant(isOp('BatchNormalization'), 4, [9], NaN), /thresholds are undefined/],
  [
    'weights that are not quantised',
    withConstant(isOp('MatMul'), 1, [12, 9], 0.5),
    /weights that are not quantised/,
  ],
])('%s is refused with the node', (_what, changed, message) => {
  const found = refusal(changed);
  expect(found.code).toBe('lower/unsupported-op');
  expect(found.message).toMatch(message);
  expect(found.hint).not.toBe('');
});

test.each([
  ['TopK of the smallest', withAttribute(isOp('TopK'), 'largest', { type: 'int', value: 0 }), ['TopK']],
  ['TopK along the batch', withAttribute(isOp('TopK'), 'axis', { type: 'int', value: 0 }), ['TopK']],
  ['a factor per channel before TopK', withConstant(isOp('Add'), 1, [1, 5], 0.1), ['Mul', 'Add', 'TopK']],
])('%s is for the host', (_what, changed, expected) => {
  const { after } = lower(changed, part, null).host;
  expect(after.graph.nodes.map(({ opType }) => opType).slice(-expected.length)).toEqual(expected);
});

test('an input without integer datatype in front of a layer is refused with the annotation to add', () => {
  const plain = readModel(readFileSync(new URL('unquantised-input.onnx', directory)));
  const { message, hint } = refusal({ ...plain, graph: { ...plain.graph, annotations: new Map() } });
  expect(message).toMatch(/^the network's input .* is of datatype FLOAT32/);
  expect(hint).toContain('finn_datatype');
});

test('an activation added to itself is refused', () => {
  const { nodes } = model.graph;
  const add = nodes.find((node) => node.opType === 'Add')!;
  const twice = nodes.map((node) =>
    node === add ? { ...node, inputs: [add.inputs[0]!, add.inputs[0]!] } : node,
  );
  const { message } = refusal({ ...model, graph: { ...model.graph, nodes: twice } });
  expect(message).toMatch(/adds an activation to itself/);
});

test('a batch size that is not fixed is refused', () => {
  const [input] = model.graph.inputs;
  const inputs = [{ ...input!, shape: [null, 12] }];
  expect(refusal({ ...model, graph: { ...model.graph, inputs } }).code).toBe('lower/unsupported-graph');
});

test('a batch of several is refused', () => {
  const [input] = model.graph.inputs;
  const inputs = [{ ...input!, shape: [4, 12] }];
  expect(refusal({ ...model, graph: { ...model.graph, inputs } })).toMatchObject({
    code: 'lower/unsupported-graph',
    message: `the input ${input!.name} has a batch of 4`,
    hint: 'export the model with a batch of 1',
  });
});

test('a damaged file is refused or lowered, never another error', () => {
  const flip = fc.record({ at: fc.noBias(fc.nat()), to: fc.noBias(fc.nat(255)) });
  fc.assert(
    fc.property(fc.array(flip, { minLength: 1, maxLength: 2 }), (flips) => {
      const bytes = Uint8Array.from(file);
      for (const { at, to } of flips) bytes[at % bytes.length] = to;
      try {
        lower(readModel(bytes), part, null);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
