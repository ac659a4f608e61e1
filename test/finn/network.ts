import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../base/digest.ts';
import { readHardwareGraph } from '../../finn/dialect/read.ts';
import type { HardwareGraph } from '../../finn/graph.ts';
import { nodeOf } from '../../finn/ops/index.ts';
import type { IntegerTensor } from '../../finn/tensor.ts';
import { int32Bytes } from '../../finn/tensor.ts';

export const golden = join(import.meta.dirname, '..', 'golden');
export const examples = join(import.meta.dirname, '..', '..', 'examples');

/** A small network with random weights of which FINN's answers are kept. */
export const mlps = ['plain', 'bipolar', 'vectors'] as const;

export interface GoldenMlp {
  readonly foldings: readonly {
    readonly folding: object;
    readonly reports: { readonly [report: string]: object };
    readonly nodes: readonly object[];
  }[];
  readonly executions: readonly { readonly input: readonly number[]; readonly nodes: readonly string[] }[];
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a test states the contents of its file
export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

export function readGraph(path: string): HardwareGraph {
  return readHardwareGraph(readFileSync(path));
}

export function digestOf(values: ArrayLike<number>): string {
  return sha256(int32Bytes(values));
}

/** The example network as preprocess leaves it: the golden graph without its folding. */
export function unfoldedTfc(): HardwareGraph {
  const graph = readGraph(join(golden, 'tfc-w2a2', 'dataflow.onnx'));
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const attributes = Object.entries(node.attributes)
        .filter(([name]) => !['cycles_estimate', 'ram_style', 'resType'].includes(name))
        .map(([name, value]) => [name, name === 'PE' || name === 'SIMD' ? 1 : value] as const);
      return { ...node, attributes: Object.fromEntries(attributes) };
    }),
  };
}

/** The example's images as they are in images.npy: unsigned bytes after the header. */
export function tfcImages(): readonly IntegerTensor[] {
  const file = readFileSync(join(examples, 'tfc-w2a2', 'images.npy'));
  const pixels = file.subarray(10 + file.readUInt16LE(8));
  return Array.from({ length: pixels.length / 784 }, (_, image) => ({
    shape: [1, 1, 28, 28],
    data: Int32Array.from(pixels.subarray(image * 784, (image + 1) * 784)),
  }));
}

/** An entry of the golden `dataflow_nodes.json`. */
export function describeNodes(graph: HardwareGraph): readonly object[] {
  return graph.nodes.map((node) => {
    const { op, view } = nodeOf(graph, node);
    return {
      name: node.name,
      op_type: node.opType,
      domain: node.domain,
      input_datatype: graph.tensors.get(node.inputs[0]!)!.datatype,
      output_datatype: graph.tensors.get(node.outputs[0]!)!.datatype,
      attributes: node.attributes,
      parameters: node.inputs
        .slice(1)
        .filter((name) => graph.parameters.has(name))
        .map((name) => ({
          shape: graph.tensors.get(name)!.shape,
          datatype: graph.tensors.get(name)!.datatype,
          sha256_i4le: digestOf(graph.parameters.get(name)!),
        })),
      normal_input_shape: op.inputShape(view, 0),
      normal_output_shape: op.outputShape(view, 0),
      folded_input_shape: op.foldedInputShape(view, 0),
      folded_output_shape: op.foldedOutputShape(view, 0),
      instream_width: op.inputStreamWidth(view),
      outstream_width: op.outputStreamWidth(view),
    };
  });
}
