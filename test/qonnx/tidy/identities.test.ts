import { expect, test } from 'vitest';
import type { ValueInfo } from '../../../onnx/model.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import { floats, int, modelOf, withGraph } from '../model.ts';
import { operatorsOf, tidied } from './same.ts';

const pair = floats([1, 2], [3, -4]);

test('Identity, Dropout and Cast between floats go, annotations and names of outputs stay', () => {
  const model = withGraph(
    modelOf([
      ['Identity', ['x'], ['a']],
      ['Relu', ['a'], ['b']],
      ['Dropout', ['b'], ['c', 'mask']],
      ['Cast', ['c'], ['d'], { to: int(11) }],
      ['Identity', ['d'], ['y']],
    ]),
    { annotations: new Map([['c', new Map([['finn_datatype', 'UINT2']])]]) },
  );
  const { graph } = tidy(model).model;
  expect(graph.nodes.map(({ opType, inputs, outputs }) => [opType, inputs, outputs])).toEqual([
    ['Relu', ['x'], ['y']],
  ]);
  expect(graph.annotations).toEqual(new Map([['y', new Map([['finn_datatype', 'UINT2']])]]));
  expect(graph.outputs).toEqual([{ name: 'y', elementType: 'float32', shape: [1, 2] }]);
});

test('an Identity stays where only it makes an output', () => {
  const model = withGraph(
    modelOf([
      ['Identity', ['x'], ['y']],
      ['Relu', ['x'], ['z']],
      ['Identity', ['z'], ['v']],
      ['Identity', ['z'], ['w']],
    ]),
    {
      outputs: ['y', 'z', 'v', 'w'].map((name): ValueInfo => ({ name, elementType: 'float32', shape: null })),
    },
  );
  expect(operatorsOf(tidied(model, pair))).toEqual(['Identity', 'Relu', 'Identity', 'Identity']);
});

test('a Dropout in training mode and a Cast to integers do something', () => {
  const training = modelOf([['Dropout', ['x', '', 'on'], ['y']]], {
    on: { elementType: 'bool', shape: [], values: Uint8Array.of(1) },
  });
  expect(operatorsOf(tidy(training))).toEqual(['Dropout']);
  const cast = modelOf([
    ['Cast', ['x'], ['i'], { to: int(7) }],
    ['Cast', ['i'], ['y'], { to: int(1) }],
  ]);
  expect(operatorsOf(tidied(cast, pair))).toEqual(['Cast', 'Cast']);
});
