import type { HostModels, Meaning } from '../../finn/host/host-part.ts';
import type { OnnxModel, OnnxNode, ValueInfo } from '../../onnx/model.ts';
import { writeModel } from '../../onnx/write.ts';

/** A host part whose operations only move values and that has one output, as the golden files state it. */
export interface GoldenHost {
  readonly before: readonly object[];
  readonly after: readonly object[];
  readonly input: { readonly shape: readonly number[]; readonly datatype: string };
  readonly output: { readonly shape: readonly number[]; readonly datatype: string };
}

export function describeHost({ part, before, after }: HostModels): GoldenHost {
  const [output] = part.outputs;
  return {
    before: operations(before),
    after: operations(after),
    input: { shape: part.input.shape, datatype: part.input.datatype },
    output: { shape: output!.shape, datatype: output!.datatype },
  };
}

function operations({ graph }: OnnxModel): readonly object[] {
  return graph.nodes.map(({ opType, attributes, inputs }) => {
    const perm = attributes.get('perm');
    if (opType === 'Transpose' && perm?.type === 'ints') return { op: opType, perm: perm.value };
    const shape = graph.initializers.get(inputs[1] ?? '')?.values ?? [];
    return opType === 'Reshape' ? { op: opType, shape: Array.from(shape, Number) } : { op: opType };
  });
}

/** A host part of transposes and reshapes. */
export function hostOf(golden: GoldenHost & { readonly meaning: Meaning }): HostModels {
  return {
    part: {
      format: 2,
      input: { name: 'input', ...golden.input },
      outputs: [{ name: 'output', ...golden.output, meaning: golden.meaning }],
    },
    before: movements('input', golden.before, golden.input.shape),
    after: movements('output', golden.after, golden.output.shape),
  };
}

/** The files of a host part, as preprocess writes them. */
export function hostFiles({ part, before, after }: HostModels): {
  readonly [path: string]: string | Uint8Array;
} {
  return {
    'host/host.json': JSON.stringify(part),
    'host/before.onnx': writeModel(before),
    'host/after.onnx': writeModel(after),
  };
}

function movements(name: string, operations: readonly object[], shape: readonly number[]): OnnxModel {
  const nodes = (operations as readonly Movement[]).map((operation, index): OnnxNode => ({
    name: `${operation.op}${index}`,
    opType: operation.op,
    domain: '',
    inputs: [index === 0 ? name : `${name}${index}`, ...('shape' in operation ? [`shape${index}`] : [])],
    outputs: [`${name}${index + 1}`],
    attributes: new Map(
      'perm' in operation ? [['perm', { type: 'ints', value: operation.perm } as const]] : [],
    ),
  }));
  const initializers = (operations as readonly Movement[]).flatMap((operation, index) =>
    'shape' in operation
      ? [
          [
            `shape${index}`,
            {
              elementType: 'int64',
              shape: [operation.shape.length],
              values: BigInt64Array.from(operation.shape, BigInt),
            },
          ] as const,
        ]
      : [],
  );
  const info = (tensor: string): ValueInfo => ({
    name: tensor,
    elementType: 'float32',
    shape: name === 'input' || nodes.length === 0 ? shape : null,
  });
  return {
    opsets: new Map([['', 13]]),
    metadata: new Map(),
    graph: {
      name: '',
      nodes,
      initializers: new Map(initializers),
      inputs: [info(name)],
      outputs: [{ ...info(nodes.length === 0 ? name : `${name}${nodes.length}`), shape: null }],
      valueInfo: new Map(),
      annotations: new Map(),
    },
  };
}

type Movement =
  | { readonly op: 'Transpose'; readonly perm: readonly number[] }
  | { readonly op: 'Reshape'; readonly shape: readonly number[] };
