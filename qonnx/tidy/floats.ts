import type { OnnxModel, OnnxTensor, ValueInfo } from '../../onnx/model.ts';

/** The model with float32 instead of float64, in constants and at its ends. */
export function withSinglePrecision({ graph, ...model }: OnnxModel): OnnxModel {
  return {
    ...model,
    graph: {
      ...graph,
      initializers: mapped(graph.initializers, rounded),
      inputs: graph.inputs.map(single),
      outputs: graph.outputs.map(single),
      valueInfo: mapped(graph.valueInfo, single),
    },
  };
}

function mapped<T>(entries: ReadonlyMap<string, T>, change: (value: T) => T): ReadonlyMap<string, T> {
  return new Map([...entries].map(([name, value]) => [name, change(value)]));
}

function single(info: ValueInfo): ValueInfo {
  return info.elementType === 'float64' ? { ...info, elementType: 'float32' } : info;
}

function rounded(tensor: OnnxTensor): OnnxTensor {
  if (tensor.elementType !== 'float64') return tensor;
  const { shape, values } = tensor;
  return { elementType: 'float32', shape, values: Float32Array.from(values as Float64Array) };
}
