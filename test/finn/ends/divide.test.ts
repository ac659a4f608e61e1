import { expect, test } from 'vitest';
import { divide } from '../../../finn/ends/divide.ts';
import type { Body, Parts } from '../../integration/rig/networks/branching.ts';
import { concatenate, layer, networkOf, quantise, scores } from '../../integration/rig/networks/branching.ts';
import { append, floats } from '../../integration/rig/networks/lowering-drawing.ts';

const probabilities: Body = (drawing) => {
  scores(drawing);
  append(drawing, 'Softmax', drawing.end.shape, [], { axis: 1 });
};

const fromFloats: Partial<Parts> = {
  datatype: 'FLOAT32',
  start: (drawing) => {
    append(drawing, 'Mul', drawing.end.shape, [floats([], () => 0.007)]);
    quantise(drawing, 0.3, true);
  },
};

/** The operators of the three parts of a network that ends in probabilities. */
function parts(start: Partial<Parts>): readonly (readonly string[])[] {
  const model = networkOf(
    (drawing) => {
      quantise(drawing, 0.2);
    },
    { end: probabilities, ...start },
  );
  const { front, body, tail } = divide(model);
  return [front, body, tail].map(({ graph }) => graph.nodes.map(({ opType }) => opType));
}

test('the host ends a network whose input it quantises as it ends any other', () => {
  const [front, body, tail] = parts({});
  expect(front).toEqual([]);
  expect(tail).toEqual(['Softmax']);
  const [quantised, rest, behind] = parts(fromFloats);
  expect(quantised).toEqual(['Mul', 'Quant', 'Div', 'Round']);
  expect(rest).toEqual(['Mul', ...body!.slice(1)]);
  expect(behind).toEqual(['Softmax']);
});

test('an output that joins branches which part in front of a layer is refused by its name', () => {
  const branch: Body = (drawing) => {
    layer(drawing, 0.2);
  };
  const model = networkOf(
    (drawing) => {
      quantise(drawing, 0.2);
      concatenate(drawing, branch, branch);
    },
    { end: (drawing) => append(drawing, 'Softmax', drawing.end.shape, [], { axis: 1 }) },
  );
  expect(() => divide(model)).toThrow(/the output \S+ joins branches that part in front of/);
});
