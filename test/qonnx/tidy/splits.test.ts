import { expect, test } from 'vitest';
import type { DrawnNode } from '../model.ts';
import { int, ints, modelOf, ramp, whole } from '../model.ts';
import type { Tidied } from '../../../qonnx/tidy/index.ts';
import { operatorsOf, tidied } from './same.ts';

const shape = [1, 6, 2];
const x = ramp(shape);
const constants = {
  axis: whole(1),
  fromEnd: whole(-2),
  two: whole(2),
  four: whole(4),
  zero: whole(0),
  six: whole(6),
  minusFour: whole(-4),
  huge: whole(2 ** 40),
  one: whole(1),
  sizes: whole(2, 4),
};

/** The parts that nodes make of x, and what a Concat makes of them in another order. */
function parts(nodes: readonly DrawnNode[], opset = 13, order = ['b', 'a']): Tidied {
  return tidied(modelOf([...nodes, ['Concat', order, ['y'], { axis: int(1) }]], constants, shape, opset), x);
}

/** The axis and the sizes of the only Split. */
function splitOf({ model: { graph } }: Tidied): readonly unknown[] {
  const [split, ...more] = graph.nodes.filter(({ opType }) => opType === 'Split');
  expect(more).toEqual([]);
  const sizes = graph.initializers.get(split?.inputs[1] ?? '')?.values ?? split?.attributes.get('split');
  return [split?.attributes.get('axis'), sizes, split?.outputs];
}

const two = [int(1), BigInt64Array.of(2n, 4n), ['a', 'b']];

test.each<[string, readonly DrawnNode[], number]>([
  [
    'torch.chunk as it is exported',
    [
      ['Slice', ['x', 'zero', 'two', 'axis'], ['a']],
      ['Slice', ['x', 'two', 'six', 'axis'], ['b']],
    ],
    13,
  ],
  [
    'bounds from the end, beyond it, and another order',
    [
      ['Slice', ['x', 'minusFour', 'huge', 'fromEnd', 'one'], ['b']],
      ['Slice', ['x', 'zero', 'minusFour', 'axis'], ['a']],
    ],
    13,
  ],
  ['a Split with sizes', [['Split', ['x', 'sizes'], ['a', 'b'], { axis: int(-2) }]], 18],
])('%s is a Split that states its sizes', (_, nodes, opset) => {
  const result = parts(nodes, opset);
  expect(operatorsOf(result)).toEqual(['Split', 'Concat']);
  expect(splitOf(result)).toEqual(two);
});

test('equal parts, as their number says', () => {
  const made = ['a', 'b', 'c'];
  const nodes: readonly DrawnNode[] = [['Split', ['x'], made, { axis: int(1), num_outputs: int(3) }]];
  expect(splitOf(parts(nodes, 18, ['c', 'a', 'b']))).toEqual([int(1), BigInt64Array.of(2n, 2n, 2n), made]);
});

test('before version 13 the sizes are an attribute, before 10 bounds are', () => {
  const bounds = (from: number, to: number) => ({ axes: ints(1), starts: ints(from), ends: ints(to) });
  const slices: readonly DrawnNode[] = [
    ['Slice', ['x'], ['a'], bounds(0, 2)],
    ['Slice', ['x'], ['b'], bounds(2, 9)],
  ];
  expect(splitOf(parts(slices, 9))).toEqual([int(1), ints(2, 4), ['a', 'b']]);
  const equal: readonly DrawnNode[] = [['Split', ['x'], ['a', 'b'], { axis: int(1) }]];
  expect(splitOf(parts(equal, 11))).toEqual([int(1), ints(3, 3), ['a', 'b']]);
});

test('a part that is taken twice is one', () => {
  const nodes: readonly DrawnNode[] = [
    ['Slice', ['x', 'zero', 'two', 'axis'], ['a']],
    ['Slice', ['x', 'two', 'six', 'axis'], ['b']],
    ['Slice', ['x', 'zero', 'two', 'axis'], ['c']],
  ];
  const result = parts(nodes, 13, ['c', 'b', 'a']);
  expect(operatorsOf(result)).toEqual(['Split', 'Concat']);
  expect(result.model.graph.nodes.at(-1)?.inputs).toEqual(['a', 'b', 'a']);
});

test('a Split into one part is nothing', () => {
  expect(operatorsOf(parts([['Split', ['x'], ['a'], { axis: int(1) }]], 13, ['x', 'a']))).toEqual(['Concat']);
});

test.each<[string, DrawnNode, DrawnNode]>([
  [
    'that leave something out',
    ['Slice', ['x', 'zero', 'one', 'axis'], ['a']],
    ['Slice', ['x', 'two', 'six', 'axis'], ['b']],
  ],
  [
    'that overlap',
    ['Slice', ['x', 'zero', 'four', 'axis'], ['a']],
    ['Slice', ['x', 'two', 'six', 'axis'], ['b']],
  ],
  [
    'in steps',
    ['Slice', ['x', 'zero', 'two', 'axis'], ['a']],
    ['Slice', ['x', 'two', 'six', 'axis', 'two'], ['b']],
  ],
])('Slices %s stay', (_, first, second) => {
  expect(operatorsOf(parts([first, second]))).toEqual(['Slice', 'Slice', 'Concat']);
});
