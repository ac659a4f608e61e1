import { expect, test } from 'vitest';
import type { HardwareGraph } from '../../../finn/graph.ts';
import { cuttableAfter } from '../../../finn/split/articulation.ts';
import { manualCuts } from '../../../finn/split/manual.ts';
import type { Refusals, Refusal } from '../../../base/refusal.ts';
import { unfoldedTfc } from '../network.ts';

/** Nodes written as `name: input… > output…`. */
function graphOf(...nodes: readonly string[]): HardwareGraph {
  const parsed = nodes.map((text) => {
    const [name = '', inputs = '', outputs = ''] = text.split(/: | > /);
    return {
      name,
      opType: 'Thresholding_rtl',
      domain: '',
      attributes: {},
      inputs: inputs.split(' '),
      outputs: outputs.split(' '),
    };
  });
  return { nodes: parsed, tensors: new Map(), parameters: new Map(), inputs: ['x'], outputs: ['y'] };
}

test('a chain can be cut everywhere except after its end', () => {
  expect(cuttableAfter(unfoldedTfc())).toEqual([true, true, true, true, true, true, false]);
});

test('between branches no cut is possible, at their ends it is', () => {
  const residual = graphOf('a: x > b0 b1', 'b: b0 > c0', 'c: c0 b1 > d0', 'd: d0 > y');
  expect(cuttableAfter(residual)).toEqual([false, false, true, false]);
});

test('a tensor that two nodes read can be cut after the node that makes it, but not between its readers', () => {
  const fork = graphOf('a: x > t', 'b: t > u', 'c: t > v', 'd: u v > y');
  expect(cuttableAfter(fork)).toEqual([true, false, false, false]);
});

test('cuts are given in any order', () => {
  expect(
    manualCuts(['a', 'b', 'c', 'd'], [true, true, true, false], [{ after: 'c' }, { after: 'a' }]),
  ).toEqual([0, 2]);
});

test('every wrong cut is named', () => {
  const wrong = [
    { after: 'MVAU_0' },
    { after: 'MVAU_hls_0' },
    { after: 'b' },
    { after: 'a' },
    { after: 'a' },
    { after: 'c' },
  ];
  let problems: readonly Refusal[] = [];
  try {
    manualCuts(['a', 'b', 'MVAU_hls_0', 'c'], [true, false, true, false], wrong);
  } catch (error) {
    problems = (error as Refusals).problems;
  }
  expect(problems.map(({ code, message, hint }) => [code, message, hint])).toEqual([
    ['split/unknown-node', 'there is no node MVAU_0 to cut after', 'known: a, b, MVAU_hls_0, c'],
    [
      'split/not-cuttable',
      'after b more than one activation would cross the cut',
      'cuts are possible after a, MVAU_hls_0',
    ],
    ['split/duplicate-cut', 'the cut after a is named twice', 'name it once'],
    ['split/cut-at-end', 'c is the last node; nothing is left after it', 'leave this cut out'],
  ]);
});
