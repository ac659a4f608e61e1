import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../../base/digest.ts';
import { lower } from '../../../finn/lower/lower.ts';
import { int32Bytes } from '../../../finn/tensor.ts';
import { readModel } from '../../../onnx/read.ts';

const directory = new URL('../../golden/mlp/', import.meta.url);
const names = readdirSync(directory)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.replace('.onnx', ''));

interface Golden {
  readonly part: string;
  readonly specialize: unknown;
  readonly host: readonly string[];
  readonly nodes: readonly { readonly attributes: object }[];
}

test.each(names)('%s is lowered as by FINN', (name) => {
  const golden = JSON.parse(readFileSync(new URL(`${name}.json`, directory), 'utf8')) as Golden;
  const model = readModel(readFileSync(new URL(`${name}.onnx`, directory)));
  const { graph, host } = lower(model, golden.part, golden.specialize);
  const nodes = graph.nodes.map((node) => ({
    name: node.name,
    op_type: node.opType,
    domain: node.domain,
    inputs: node.inputs,
    outputs: node.outputs,
    attributes: node.attributes,
    parameters: node.inputs
      .filter((input) => graph.parameters.has(input))
      .map((input) => ({
        shape: graph.tensors.get(input)?.shape,
        datatype: graph.tensors.get(input)?.datatype,
        sha256_i4le: sha256(int32Bytes(graph.parameters.get(input)!)),
      })),
    input: graph.tensors.get(node.inputs[0]!),
    output: graph.tensors.get(node.outputs[0]!),
  }));
  expect(nodes).toEqual(golden.nodes);
  expect(nodes.map((node) => Object.keys(node.attributes))).toEqual(
    golden.nodes.map((node) => Object.keys(node.attributes)),
  );
  expect([...host.before.graph.nodes, 'partition', ...host.after.graph.nodes]).toHaveLength(
    golden.host.length,
  );
});
