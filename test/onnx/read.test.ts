import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onnx } from 'onnx-proto';
import type { OnnxModel } from '../../onnx/model.ts';
import { readModel } from '../../onnx/read.ts';
import { Refusal } from '../../base/refusal.ts';
import { writeModel } from '../../onnx/write.ts';

const file = readFileSync(new URL('../../examples/tfc-w2a2/model.onnx', import.meta.url));

function outcome(bytes: Uint8Array): OnnxModel | string {
  try {
    return readModel(bytes);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** The example decoded, to be damaged in one place and encoded again. */
function changed(change: (model: onnx.ModelProto) => void): Uint8Array {
  const model = onnx.ModelProto.decode(file);
  change(model);
  return onnx.ModelProto.encode(model).finish();
}

test('the example reads with its nodes, constants and annotations', () => {
  const { graph, opsets } = readModel(file);
  expect(graph.nodes).toHaveLength(24);
  expect(graph.nodes[0]).toMatchObject({
    name: 'Div_0',
    opType: 'Div',
    inputs: ['global_in', 'Div_0_param0'],
  });
  expect(graph.initializers.get('Reshape_0_param0')).toEqual({
    elementType: 'int64',
    shape: [2],
    values: BigInt64Array.of(1n, -1n),
  });
  expect(graph.annotations.get('global_in')?.get('finn_datatype')).toBe('UINT8');
  expect(opsets.get('qonnx.custom_op.general')).toBe(2);
});

test('writing and reading keeps everything except the order of unordered parts', () => {
  const model = readModel(file);
  const bytes = writeModel(model);
  const again = readModel(bytes);
  expect(again.graph.nodes).toEqual(model.graph.nodes);
  expect(again.graph.inputs).toEqual(model.graph.inputs);
  expect(new Map([...again.graph.initializers].sort())).toEqual(
    new Map([...model.graph.initializers].sort()),
  );
  expect(Buffer.from(writeModel(again)).equals(bytes)).toBe(true);
});

test.each([
  ['an empty file', new Uint8Array(), 'onnx/empty'],
  ['only a producer', Uint8Array.of(0x12, 1, 0x61), 'onnx/no-graph'],
  ['a graph without opset', changed((model) => (model.opsetImport = [])), 'onnx/no-opset'],
  ['a field from the future', Buffer.concat([file, Uint8Array.of(0xd2, 0x01, 1, 0)]), 'onnx/unknown-field'],
  [
    'an unsupported element type',
    changed((model) => (model.graph!.initializer![0]!.dataType = 14)),
    'onnx/unsupported-type',
  ],
  [
    'a tensor of the wrong size',
    changed((model) => (model.graph!.initializer![0]!.dims = [2 ** 40])),
    'onnx/tensor-size',
  ],
  ['a missing node', changed((model) => model.graph!.node!.splice(3, 1)), 'onnx/inconsistent'],
  [
    'a node that reads its own output',
    changed((model) => (model.graph!.node![3]!.input![0] = model.graph!.node![3]!.output![0]!)),
    'onnx/inconsistent',
  ],
  ['no outputs', changed((model) => (model.graph!.output = [])), 'onnx/inconsistent'],
  [
    'a subgraph',
    changed(
      (model) =>
        (model.graph!.node![0]!.attribute = [
          { name: 'body', type: onnx.AttributeProto.AttributeType.GRAPH, g: {} },
        ]),
    ),
    'onnx/unsupported-field',
  ],
])('%s is refused', (_what, bytes, code) => {
  expect(outcome(bytes)).toBe(code);
});

test('nodes out of order are sorted', () => {
  const reversed = readModel(changed((model) => model.graph!.node!.reverse())).graph.nodes;
  const made = new Set<string>();
  const { nodes } = readModel(file).graph;
  const inner = new Set(nodes.flatMap(({ outputs }) => outputs));
  for (const node of reversed) {
    expect(node.inputs.filter((name) => inner.has(name) && !made.has(name))).toEqual([]);
    for (const name of node.outputs) made.add(name);
  }
  expect(new Set(reversed)).toEqual(new Set(nodes));
});

test('the typed lists of a tensor read as its raw bytes do', () => {
  const bytes = changed((model) => {
    const [tensor] = model.graph!.initializer!;
    const value = new DataView(tensor!.rawData!.buffer, tensor!.rawData!.byteOffset).getFloat32(0, true);
    tensor!.floatData = [value];
    delete tensor!.rawData;
  });
  expect(readModel(bytes).graph.initializers).toEqual(readModel(file).graph.initializers);
});

test('a file cut anywhere is refused', () => {
  // Cuts near the end fall between fields, where protobuf itself notices nothing.
  const lengths = Array.from({ length: 3000 }, (_, at) => file.length - 3000 + at);
  const taken = lengths.filter((length) => typeof outcome(file.subarray(0, length)) !== 'string');
  // Only the version of QONNX's operators is at the very end, and QONNX itself works without it.
  expect(taken).toEqual([file.lastIndexOf('qonnx.custom_op.general') - 4]);
  expect(readModel(file.subarray(0, taken[0])).graph).toEqual(readModel(file).graph);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: file.length - 3000 }), (length) => {
      expect(typeof outcome(file.subarray(0, length))).toBe('string');
    }),
    { numRuns: 300 },
  );
});

test('flipped bytes cause a refusal or a model that can be written, never another error', () => {
  // Without fast-check's bias towards the ends of a range: every byte is as likely.
  const flip = fc.record({ at: fc.noBias(fc.nat()), to: fc.noBias(fc.nat(255)) });
  // Most of the file is weights; the structure is what can break.
  const small = writeModel(withoutWeights(readModel(file)));
  fc.assert(
    fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), (flips) => {
      const bytes = Uint8Array.from(small);
      for (const { at, to } of flips) bytes[at % bytes.length] = to;
      const result = outcome(bytes);
      if (typeof result !== 'string') writeModel(result);
    }),
    { numRuns: 3000 },
  );
});

function withoutWeights(model: OnnxModel): OnnxModel {
  const big = (name: string) => (model.graph.initializers.get(name)?.values.length ?? 0) > 64;
  return {
    ...model,
    graph: {
      ...model.graph,
      initializers: new Map(
        [...model.graph.initializers].map(([name, tensor]) => [
          name,
          big(name) ? { ...tensor, shape: [1], values: new Float32Array(1) } : tensor,
        ]),
      ),
      valueInfo: new Map([...model.graph.valueInfo].filter(([name]) => !big(name))),
    },
  };
}
