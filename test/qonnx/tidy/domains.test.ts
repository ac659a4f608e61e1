import { expect, test } from 'vitest';
import { floats, modelOf, withGraph } from '../model.ts';
import { tidied } from './same.ts';

const pair = floats([1, 2], [3, -4]);

test.each([
  ['onnx.brevitas', [['onnx.brevitas', 2]], 'qonnx.custom_op.general', 2],
  ['', [], 'qonnx.custom_op.general', 1],
  ['finn.custom_op.general', [['qonnx.custom_op.general', 2]], 'qonnx.custom_op.general', 2],
  [
    'finn',
    [
      ['finn', 1],
      ['qonnx.custom_op.general', 2],
    ],
    'finn',
    2,
  ],
] as const)('operators of QONNX in the domain "%s" of %j are in %s', (domain, versions, after, version) => {
  const drawn = modelOf([['BipolarQuant', ['x', 'one'], ['y']]], { one: floats([], [1]) });
  const model = withGraph(drawn, { nodes: drawn.graph.nodes.map((node) => ({ ...node, domain })) });
  const opsets = new Map<string, number>([['', 13], ...versions]);
  const result = tidied({ ...model, opsets }, pair);
  expect(result.model.graph.nodes.map((node) => node.domain)).toEqual([after]);
  expect(result.model.opsets.get('qonnx.custom_op.general')).toBe(version);
});
