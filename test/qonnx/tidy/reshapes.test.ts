import { expect, test } from 'vitest';
import { floats, int, ints, modelOf, whole } from '../model.ts';
import { operatorsOf, tidied } from './same.ts';

const pair = floats([1, 2], [3, -4]);

test.each([
  [12, { axes: ints(-2, 0) }, []],
  [13, {}, ['axes']],
])('Unsqueeze and Squeeze of opset %i are Reshapes', (opset, attributes, axes) => {
  const model = modelOf(
    [
      ['Unsqueeze', ['x', ...axes], ['wide'], attributes],
      ['Relu', ['wide'], ['a']],
      ['Squeeze', ['a', ...axes], ['y'], attributes],
    ],
    { axes: whole(-2, 0) },
    [1, 2],
    opset,
  );
  const result = tidied(model, pair);
  expect(operatorsOf(result)).toEqual(['Reshape', 'Relu', 'Reshape']);
  expect(result.model.graph.valueInfo.get('wide')?.shape).toEqual([1, 1, 1, 2]);
  expect(result.model.graph.nodes.map(({ name }) => name)).toEqual(['node_wide', 'node_a', 'node_y']);
});

test('of several Reshapes in a row one is left, or none', () => {
  const target = { wide: whole(2, 3, 1), long: whole(6, 1), same: whole(1, 2, 3), flat: whole(1, 2, 1, 3) };
  const model = modelOf(
    [
      ['Reshape', ['x', 'wide'], ['a']],
      ['Reshape', ['a', 'long'], ['b']],
      ['Reshape', ['b', 'same'], ['c']],
      ['Neg', ['c'], ['d']],
      ['Reshape', ['d', 'flat'], ['e']],
      ['Flatten', ['e'], ['y'], { axis: int(1) }],
    ],
    target,
    [1, 2, 3],
  );
  const result = tidied(model, floats([1, 2, 3], [1, 2, 3, 4, 5, 6]));
  expect(result.model.graph.nodes.map(({ opType, inputs }) => [opType, ...inputs])).toEqual([
    ['Neg', 'x'],
    ['Flatten', 'd'],
  ]);
});

test.each([
  [
    [1, 6],
    [1, -1],
  ],
  [
    [1, -1],
    [1, -1],
  ],
  [
    [0, 6],
    [1, -1],
  ],
  [
    [2, 3],
    [2, 3],
  ],
])('the shape %j is stated as %j', (stated, expected) => {
  const nodes: Parameters<typeof modelOf>[0] = [
    ['Neg', ['x'], ['a']],
    ['Reshape', ['a', 'shape'], ['y']],
  ];
  const model = modelOf(nodes, { shape: whole(...stated) }, [1, 2, 3]);
  const { graph } = tidied(model, floats([1, 2, 3], [1, 2, 3, 4, 5, 6])).model;
  expect(Array.from(graph.initializers.get(graph.nodes[1]!.inputs[1]!)!.values, Number)).toEqual(expected);
});
