import type { OnnxAttribute, OnnxModel, OnnxTensor } from '../../onnx/model.ts';

/** A node of a model for tests: operator, inputs, outputs, attributes. */
export type DrawnNode = readonly [
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: { readonly [name: string]: OnnxAttribute },
];

/** A tensor of floats. */
export function floats(shape: readonly number[], values: readonly number[]): OnnxTensor {
  return { elementType: 'float32', shape, values: Float32Array.from(values) };
}

/** An attribute of one int. */
export function int(value: number): OnnxAttribute {
  return { type: 'int', value };
}

/** An attribute of several ints. */
export function ints(...value: readonly number[]): OnnxAttribute {
  return { type: 'ints', value };
}

/** A list of integers as a tensor, such as a shape. */
export function whole(...values: readonly number[]): OnnxTensor {
  return { elementType: 'int64', shape: [values.length], values: BigInt64Array.from(values, BigInt) };
}

/** A tensor of floats that differ, and of which none is whole. */
export function ramp(shape: readonly number[], from = -1.3): OnnxTensor {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return floats(
    shape,
    Array.from({ length: count }, (_, index) => from + (((index * 7) % 11) + index / count) / 3),
  );
}

/** A model from float input `x` to float output `y`, whose nodes are named after their first outputs. */
export function modelOf(
  nodes: readonly DrawnNode[],
  constants: { readonly [name: string]: OnnxTensor } = {},
  shape: readonly (number | null)[] | null = [1, 2],
  opset = 13,
): OnnxModel {
  return {
    opsets: new Map([['', opset]]),
    metadata: new Map(),
    graph: {
      name: 'graph',
      nodes: nodes.map(([opType, inputs, outputs, attributes = {}]) => ({
        name: `node_${outputs[0] ?? ''}`,
        opType,
        domain: '',
        inputs,
        outputs,
        attributes: new Map(Object.entries(attributes)),
      })),
      initializers: new Map(Object.entries(constants)),
      inputs: [{ name: 'x', elementType: 'float32', shape }],
      outputs: [{ name: 'y', elementType: 'float32', shape: null }],
      valueInfo: new Map(),
      annotations: new Map(),
    },
  };
}

/** The model with other parts of its graph. */
export function withGraph(model: OnnxModel, change: Partial<OnnxModel['graph']>): OnnxModel {
  return { ...model, graph: { ...model.graph, ...change } };
}
