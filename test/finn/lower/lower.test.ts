import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { sha256 } from '../../../base/digest.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { int32Bytes } from '../../../finn/tensor.ts';
import { describeHost } from '../host.ts';
import { readModel } from '../../../onnx/read.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string): Buffer => readFileSync(new URL(path, root));
const part = 'xc7z020clg484-1';
const model = readModel(read('examples/tfc-w2a2/model.onnx'));
const specialize: unknown = JSON.parse(read('examples/tfc-w2a2/specialize.json').toString());

interface GoldenNode {
  readonly name: string;
  readonly op_type: string;
  readonly domain: string;
  readonly attributes: { readonly [name: string]: unknown };
  readonly input_datatype: string;
  readonly output_datatype: string;
  readonly normal_input_shape: readonly number[];
  readonly normal_output_shape: readonly number[];
  readonly parameters: readonly { readonly shape: readonly number[]; readonly sha256_i4le: string }[];
}
const golden = JSON.parse(read('test/golden/tfc-w2a2/dataflow_nodes.json').toString()) as GoldenNode[];

/** What a folding and the estimates add to the golden, which is a folded graph. */
const added = ['cycles_estimate', 'ram_style', 'resType'];

test('tfc-w2a2 becomes the hardware graph that FINN makes of it', () => {
  const { graph, fallbacks } = lower(model, part, specialize);
  const tensor = (name: string | undefined) => graph.tensors.get(name ?? '');
  expect(
    graph.nodes.map((node) => ({
      name: node.name,
      op: node.opType,
      domain: node.domain,
      attributes: Object.entries(node.attributes),
      datatypes: [tensor(node.inputs[0])?.datatype, tensor(node.outputs[0])?.datatype],
      shapes: [tensor(node.inputs[0])?.shape, tensor(node.outputs[0])?.shape],
      parameters: node.inputs.slice(1).map((name) => ({
        shape: tensor(name)?.shape,
        sha256: sha256(int32Bytes(graph.parameters.get(name)!)),
      })),
    })),
  ).toEqual(
    golden.map((node) => ({
      name: node.name,
      op: node.op_type,
      domain: node.domain,
      attributes: Object.entries(node.attributes)
        .filter(([name]) => !added.includes(name))
        .map(([name, value]) => [name, ['PE', 'SIMD'].includes(name) ? 1 : value]),
      datatypes: [node.input_datatype, node.output_datatype],
      shapes: [node.normal_input_shape, node.normal_output_shape],
      parameters: node.parameters.map(({ shape, sha256_i4le }) => ({ shape, sha256: sha256_i4le })),
    })),
  );
  expect(fallbacks).toEqual([]);
});

test('no part of tfc-w2a2 is left to the host', () => {
  expect(describeHost(lower(model, part, specialize).host)).toEqual({
    before: [],
    after: [],
    input: { shape: [1, 1, 28, 28], datatype: 'UINT8' },
    output: { shape: [1, 1], datatype: 'UINT8' },
  });
});

test('lowering twice yields the same bytes', () => {
  const bytes = () => Buffer.from(writeHardwareGraph(lower(model, part, specialize).graph));
  expect(bytes().equals(bytes())).toBe(true);
});

test('a network that lost the version of its QONNX operators in a merge is lowered as with it', () => {
  const opsets = new Map([['', model.opsets.get('')!]]);
  expect(model.opsets.size).toBeGreaterThan(1);
  expect(lower({ ...model, opsets }, part, specialize)).toEqual(lower(model, part, specialize));
});
