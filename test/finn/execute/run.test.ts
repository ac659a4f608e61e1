import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prepare, run } from '../../../finn/execute/run.ts';
import { applyFolding } from '../../../finn/fold/apply.ts';
import { minimiseBitWidths } from '../../../finn/minimise/bit-widths.ts';
import type { GoldenMlp } from '../network.ts';
import { digestOf, golden, mlps, readGraph, readJson, tfcImages } from '../network.ts';

interface Activations {
  readonly nodes: { readonly [node: string]: { readonly sha256: readonly string[] } };
  readonly dataflow_class: readonly number[];
}

const tfc = readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx'));

test('every node of the example computes the same as in FINN, for all 100 images', () => {
  const { nodes, dataflow_class } = readJson<Activations>(join(golden, 'tfc-w2a2', 'activations.json'));
  const executor = prepare(tfc);
  const found: { [node: string]: string[] } = {};
  const classes = tfcImages().map((image) => {
    const output = run(executor, image, ({ name }, { data }) => (found[name] ??= []).push(digestOf(data)));
    return output.data[0];
  });
  expect(classes).toEqual(dataflow_class);
  expect(found).toEqual(
    Object.fromEntries(Object.entries(nodes).map(([name, { sha256 }]) => [name, sha256])),
  );
});

describe.each(mlps)('the network %s', (name) => {
  const { foldings, executions } = readJson<GoldenMlp>(join(golden, 'mlps', `${name}.json`));
  const graph = readGraph(join(golden, 'mlps', `${name}.onnx`));
  const executor = prepare(minimiseBitWidths(applyFolding(graph, foldings[0]!.folding)));

  test.each(executions)('every node computes the same as in FINN', ({ input, nodes }) => {
    const found: string[] = [];
    const { shape } = graph.tensors.get(graph.inputs[0]!)!;
    run(executor, { shape, data: Int32Array.from(input) }, (_, { data }) => found.push(digestOf(data)));
    expect(found).toEqual(nodes);
  });
});

test('an input of another size is refused', () => {
  expect(() => run(prepare(tfc), { shape: [1, 4], data: new Int32Array(4) })).toThrow(
    'the input has shape [1, 4], but the graph takes [1, 1, 28, 28]',
  );
});

test('an input outside the datatype is refused', () => {
  expect(() => run(prepare(tfc), { shape: [1, 1, 28, 28], data: new Int32Array(784).fill(256) })).toThrow(
    'the input holds 256, but the graph takes UINT8',
  );
});

test('a graph with two outputs is refused', () => {
  expect(() => prepare({ ...tfc, outputs: [...tfc.outputs, 'MatMul_3_out0'] })).toThrow(
    'the graph has 2 outputs, but only one is supported',
  );
});
