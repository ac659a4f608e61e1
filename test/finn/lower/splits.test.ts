import { describe, expect, test } from 'vitest';
import type { Lowered } from '../../../finn/lower/lower.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { attempt } from '../../../base/refusal.ts';
import { tidy } from '../../../qonnx/tidy/index.ts';
import type { DrawnNode } from '../../qonnx/model.ts';
import { floats, int, ints, modelOf, ramp, whole } from '../../qonnx/model.ts';

const constants = {
  one: floats([], [1]),
  zero: floats([], [0]),
  bits: floats([], [4]),
  scale: floats([], [0.25]),
  kernel: ramp([4, 2, 1, 1]),
  half: ramp([2, 2, 1, 1]),
  dense: ramp([64, 3]),
  axis: whole(1),
  rows: whole(2),
  start: whole(0),
  middle: whole(2),
  end: whole(4),
  late: whole(3),
  sizes: whole(2, 2),
};

function quant(from: string, to: string, scale = 'scale'): DrawnNode {
  return [
    'Quant',
    [from, scale, 'zero', 'bits'],
    [to],
    { signed: int(1), narrow: int(scale === 'one' ? 1 : 0) },
  ];
}

/** Hardware of a network whose four channels `nodes` make `r` of, of as many or half of them. */
function lowered(nodes: readonly DrawnNode[], weights = 64): ReturnType<typeof attempt<Lowered>> {
  const model = modelOf(
    [
      quant('kernel', 'w', 'one'),
      ['Conv', ['x', 'w'], ['a'], { kernel_shape: ints(1, 1) }],
      quant('a', 'q'),
      ...nodes,
      ['Flatten', ['r'], ['f'], { axis: int(1) }],
      quant('dense', 'u', 'one'),
      ['MatMul', ['f', 'u'], ['y']],
    ],
    { ...constants, dense: ramp([weights, 3]) },
    [1, 2, 4, 4],
  );
  const annotations = new Map([['x', new Map([['finn_datatype', 'INT8']])]]);
  const { model: tidied } = tidy({ ...model, graph: { ...model.graph, annotations } });
  return attempt(() => lower(tidied, 'xc7z020clg484-1', null));
}

const block: readonly DrawnNode[] = [
  quant('half', 'v', 'one'),
  ['Conv', ['s', 'v'], ['b'], { kernel_shape: ints(1, 1) }],
  quant('b', 'c'),
];
const joined: DrawnNode = ['Concat', ['c', 't'], ['r'], { axis: int(1) }];
const slice = (from: string, to: string, name: string): DrawnNode => [
  'Slice',
  ['q', from, to, 'axis'],
  [name],
];

describe('channels that part', () => {
  test.each<[string, readonly DrawnNode[]]>([
    ['a Split', [['Split', ['q', 'sizes'], ['s', 't'], { axis: int(1) }]]],
    ['Slices', [slice('start', 'middle', 's'), slice('middle', 'end', 't')]],
  ])('by %s are a StreamingSplit', (_, parts) => {
    const result = lowered([...parts, ...block, joined]);
    const kinds = result.ok ? result.value.graph.nodes.map(({ opType }) => opType.replace(/_...$/, '')) : [];
    expect(kinds).toEqual(['MVAU', 'StreamingSplit', 'MVAU', 'StreamingConcat', 'MVAU']);
  });
});

test.each<[string, readonly DrawnNode[], number, string, string]>([
  [
    'Slices that drop channels',
    [slice('start', 'middle', 's'), slice('late', 'end', 't'), ...block, joined],
    48,
    'node_t (Slice) is not supported in front of node_b (Conv)',
    'take all parts of a tensor',
  ],
  [
    'a part that nothing reads',
    [
      ['Split', ['q', 'sizes'], ['s', 't'], { axis: int(1) }],
      ['Concat', ['s', 's2'], ['r'], { axis: int(1) }],
      ['Relu', ['s'], ['s1']],
      quant('s1', 's2'),
    ],
    64,
    'node_s (Split) makes t, which nothing reads',
    'use every part',
  ],
  [
    'rows that part',
    [
      ['Split', ['q', 'sizes'], ['s', 't'], { axis: int(2) }],
      ['Concat', ['t', 's'], ['r'], { axis: int(2) }],
    ],
    64,
    'node_s (Split) splits something other than channels',
    'along axis 1',
  ],
])('%s are refused', (_, nodes, weights, message, hint) => {
  const result = lowered(nodes, weights);
  const found = result.ok ? [] : result.diagnostics;
  expect(found).toMatchObject([{ code: 'lower/unsupported-op', message }]);
  expect(found[0]?.hint).toContain(hint);
});
