import { expect, test } from 'vitest';
import type { Refusal } from '../../base/refusal.ts';
import { Refusals } from '../../base/refusal.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { runNetwork } from '../../qonnx/execute.ts';
import { prepareNetwork } from '../../qonnx/network.ts';
import { sortedNodes } from '../../onnx/sort.ts';
import type { DrawnNode } from './model.ts';
import { floats, modelOf } from './model.ts';

function refusalsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    const problems = error instanceof Refusals ? error.problems : [error as Refusal];
    return problems.map(({ code, message, hint }) => `${code}: ${message} | ${hint ?? ''}`);
  }
  return [];
}

function inDomain(domain: string, nodes: readonly DrawnNode[]): OnnxModel {
  const model = modelOf(nodes);
  return {
    ...model,
    graph: { ...model.graph, nodes: model.graph.nodes.map((node) => ({ ...node, domain })) },
  };
}

test('unknown operators are refused, each once, with what may help', () => {
  const model = modelOf([
    ['LSTM', ['x'], ['a']],
    ['LSTM', ['a'], ['b']],
    ['Sigmoyd', ['b'], ['y']],
  ]);
  expect(refusalsOf(() => prepareNetwork(model))).toEqual([
    'qonnx/unsupported-op: node_a (LSTM) cannot be computed: the operator LSTM is not supported | express it with other operators, or export the network without it',
    'qonnx/unsupported-op: node_y (Sigmoyd) cannot be computed: the operator Sigmoyd is not supported | did you mean Sigmoid?',
  ]);
  expect(refusalsOf(() => prepareNetwork(inDomain('acme', [['Relu', ['x'], ['y']]])))).toEqual([
    'qonnx/unsupported-op: node_y (Relu) cannot be computed: the operator acme.Relu is not supported | Relu is known, but not in the domain acme',
  ]);
});

test('QONNX operators are known in every domain that exporters use', () => {
  for (const domain of ['', 'finn', 'onnx.brevitas', 'finn.custom_op.general', 'qonnx.custom_op.general'])
    expect(refusalsOf(() => prepareNetwork(inDomain(domain, [['BipolarQuant', ['x', 'x'], ['y']]])))).toEqual(
      [],
    );
});

test('inconsistent graphs are refused', () => {
  expect(refusalsOf(() => prepareNetwork(modelOf([['Relu', ['z'], ['y']]])))).toEqual([
    'onnx/inconsistent: the ONNX graph is inconsistent: node node_y reads z, which nothing in the file makes | the file is damaged or was cut short; export or copy it again',
  ]);
  expect(refusalsOf(() => prepareNetwork(modelOf([['Relu', ['x'], ['z']]])))).toEqual([
    'onnx/inconsistent: the ONNX graph is inconsistent: no node makes the graph output y | the file is damaged or was cut short; export or copy it again',
  ]);
  const circle = modelOf([
    ['Add', ['x', 'b'], ['a']],
    ['Neg', ['a'], ['b']],
    ['Neg', ['x'], ['y']],
  ]);
  expect(refusalsOf(() => prepareNetwork(circle))).toEqual([
    'onnx/inconsistent: the ONNX graph is inconsistent: node node_a depends on its own output | the file is damaged or was cut short; export or copy it again',
  ]);
});

test('a long chain in reverse order is sorted, a sorted one stays as it is', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => (index === 0 ? 'x' : `t${index}`));
  const chain = names.map((name, index): DrawnNode => ['Neg', [name], [names[index + 1] ?? 'y']]);
  const { graph } = modelOf(chain);
  expect(sortedNodes(graph)).toEqual(graph.nodes);
  expect(sortedNodes({ ...graph, nodes: graph.nodes.toReversed() })).toEqual(graph.nodes);
});

test.each<[string, DrawnNode, string]>([
  ['shapes that do not fit', ['Add', ['x', 'c'], ['y']], 'combines tensors of shapes [1, 2] and [3]'],
  ['a missing input', ['Conv', ['x'], ['y']], 'has nothing at input 1'],
  [
    'an impossible axis',
    ['Softmax', ['x'], ['y'], { axis: { type: 'int', value: 2 } }],
    'works along axis 2 of a tensor with 2 axes',
  ],
  [
    'an attribute of another type',
    ['Softmax', ['x'], ['y'], { axis: { type: 'float', value: 1 } }],
    'has an attribute axis of type float, not int',
  ],
  [
    'a tensor too large to exist',
    ['Expand', ['x', 'huge'], ['y']],
    'would make a tensor of shape [100000, 100000, 1, 2]',
  ],
  ['matrices that do not fit', ['MatMul', ['x', 'c'], ['y']], 'multiplies matrices of shapes [1, 2] and [3]'],
  [
    'a place that does not exist',
    ['Gather', ['x', 'place'], ['y'], { axis: { type: 'int', value: 1 } }],
    'selects place 2 of 2',
  ],
])('%s are refused with the name of the node', (_, node, message) => {
  const constants = {
    c: floats([3], [1, 2, 3]),
    huge: { elementType: 'int64', shape: [4], values: BigInt64Array.of(100_000n, 100_000n, 1n, 1n) },
    place: { elementType: 'int64', shape: [], values: BigInt64Array.of(2n) },
  } as const;
  const run = () =>
    runNetwork(prepareNetwork(modelOf([node], constants)), new Map([['x', floats([1, 2], [1, 2])]]));
  expect(refusalsOf(run)).toEqual([
    `qonnx/bad-operand: node_y (${node[0]}) ${message} | export the model again`,
  ]);
});

test.each<[string, DrawnNode]>([
  [
    'a pool that returns indices',
    ['MaxPool', ['x'], ['y', 'at'], { kernel_shape: { type: 'ints', value: [1] } }],
  ],
  ['a cubic Resize', ['Resize', ['x', '', 'twice'], ['y'], { mode: { type: 'string', value: 'cubic' } }]],
  [
    'a BatchNormalization in training',
    [
      'BatchNormalization',
      ['x', 'twice', 'twice', 'twice', 'twice'],
      ['y'],
      { training_mode: { type: 'int', value: 1 } },
    ],
  ],
])('%s is refused as an unsupported form', (_, node) => {
  const run = () =>
    runNetwork(
      prepareNetwork(modelOf([node], { twice: floats([2], [2, 2]) }, null)),
      new Map([['x', floats([1, 2], [1, 2])]]),
    );
  expect(() => run()).toThrow(expect.objectContaining({ code: 'qonnx/unsupported-form' }));
});
