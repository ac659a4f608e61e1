import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { firstDifference } from '../../../finn/dialect/compare.ts';
import { readHardwareGraph } from '../../../finn/dialect/read.ts';
import { writeHardwareGraph } from '../../../finn/dialect/write.ts';
import { dialect } from '../../../finn/graph.ts';
import { readModel } from '../../../onnx/read.ts';
import { writeModel } from '../../../onnx/write.ts';

const golden = new URL('../../golden/tfc-w2a2/', import.meta.url);
const file = readFileSync(new URL('dataflow.onnx', golden));
const graph = readHardwareGraph(file);

interface GoldenNode {
  readonly name: string;
  readonly op_type: string;
  readonly domain: string;
  readonly attributes: object;
  readonly input_datatype: string;
  readonly normal_input_shape: readonly number[];
}

test("FINN's file reads as the nodes FINN reported, attributes in the same order", () => {
  const nodes = JSON.parse(readFileSync(new URL('dataflow_nodes.json', golden), 'utf8')) as GoldenNode[];
  expect(
    graph.nodes.map((node) => ({
      name: node.name,
      op: node.opType,
      domain: node.domain,
      attributes: JSON.stringify(node.attributes),
      datatype: graph.tensors.get(node.inputs[0]!)?.datatype,
      shape: graph.tensors.get(node.inputs[0]!)?.shape,
    })),
  ).toEqual(
    nodes.map((node) => ({
      name: node.name,
      op: node.op_type,
      domain: node.domain,
      attributes: JSON.stringify(node.attributes),
      datatype: node.input_datatype,
      shape: node.normal_input_shape,
    })),
  );
});

test('a written graph reads back equal and writes to the same bytes', () => {
  const bytes = writeHardwareGraph(graph);
  const again = readHardwareGraph(bytes);
  expect(firstDifference(graph, again)).toBeNull();
  expect(again.inputs).toEqual(['global_in']);
  expect(again.outputs).toEqual(['global_out']);
  expect(again.nodes[2]).toMatchObject({
    name: 'MVAU_hls_0',
    inputs: ['Thresholding_rtl_0_out0', 'MVAU_hls_0_param0', 'MVAU_hls_0_param1'],
    outputs: ['MVAU_hls_0_out0'],
  });
  expect(Buffer.from(writeHardwareGraph(again)).equals(bytes)).toBe(true);
});

test('a graph whose layers take their weights from memory is refused by name', () => {
  const nodes = graph.nodes.map((node) =>
    node.name === 'MVAU_hls_0' ? { ...node, attributes: { ...node.attributes, mem_mode: 'external' } } : node,
  );
  const bytes = writeHardwareGraph({ ...graph, nodes });
  expect(() => readHardwareGraph(bytes)).toThrow(
    expect.objectContaining({
      code: 'finn/streamed-weights',
      message: expect.stringContaining('MVAU_hls_0 takes its weights from memory') as string,
    }),
  );
});

test('the order in which tensors were collected does not affect the bytes', () => {
  const shuffled = {
    ...graph,
    tensors: new Map([...graph.tensors].reverse()),
    parameters: new Map([...graph.parameters].reverse()),
  };
  expect(Buffer.from(writeHardwareGraph(shuffled)).equals(writeHardwareGraph(graph))).toBe(true);
});

test("the class index is int64 and everything else float32, as in FINN's file", () => {
  const types = (bytes: Uint8Array) => {
    const { graph } = readModel(bytes);
    return [...graph.inputs, ...graph.outputs, ...graph.valueInfo.values()]
      .map((info) => `${info.elementType} ${info.shape?.join(',')}`)
      .sort();
  };
  expect(types(writeHardwareGraph(graph))).toEqual(types(file));
});

test('tensor names, such as the random ones of FINN, do not affect the bytes', () => {
  const renamed = (name: string): string => (name.startsWith('global') ? name : `x${name}`);
  const keys = <T>(map: ReadonlyMap<string, T>) =>
    new Map([...map].map(([name, value]) => [renamed(name), value]));
  const other = {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(renamed),
      outputs: node.outputs.map(renamed),
    })),
    tensors: keys(graph.tensors),
    parameters: keys(graph.parameters),
  };
  expect(Buffer.from(writeHardwareGraph(other)).equals(writeHardwareGraph(graph))).toBe(true);
});

test('our files state the dialect, and another dialect is refused', () => {
  const model = readModel(writeHardwareGraph(graph));
  expect(model.metadata.get('finn_dialect')).toBe(dialect);
  const other = writeModel({ ...model, metadata: new Map([['finn_dialect', 'finn-plus 2.0.0']]) });
  expect(() => readHardwareGraph(other)).toThrow(expect.objectContaining({ code: 'dialect/version' }));
});

test('a QONNX model is not a hardware graph', () => {
  const bytes = readFileSync(new URL('../../../examples/tfc-w2a2/model.onnx', import.meta.url));
  expect(() => readHardwareGraph(bytes)).toThrow(
    expect.objectContaining({
      code: 'dialect/not-hardware',
      message: expect.stringContaining('Div_0') as string,
    }),
  );
});

test('a parameter that is not an integer is refused by name', () => {
  const parameters = new Map(graph.parameters);
  const name = graph.nodes[1]!.inputs[1]!;
  parameters.set(
    name,
    Float32Array.from(parameters.get(name)!, (value) => value + 0.5),
  );
  expect(() => readHardwareGraph(writeHardwareGraph({ ...graph, parameters }))).toThrow(
    expect.objectContaining({
      code: 'dialect/not-integer',
      message: expect.stringContaining('Thresholding_rtl_0_param0') as string,
    }),
  );
});
