import type { HardwareGraph, HardwareNode, Tensor } from '../../graph.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { unsupported, unsupportedGraph } from '../refuse.ts';
import { hostModel } from './host-model.ts';
import type { Layer, LayerTensor } from './layer.ts';

/** The hardware layers of a streamlined network, and the operations of the host around them. */
export interface Partition {
  readonly graph: HardwareGraph;
  /** From the network's input to the boards'. */
  readonly before: OnnxModel;
  /** From the boards' output to the network's. */
  readonly after: OnnxModel;
  /** For each layer the user's quantiser whose integers it makes, or null. */
  readonly quantisers: readonly (string | null)[];
}

/** Divides layers between the host and the FPGA, whose layers must be contiguous (FINN+ 1.6.1 `step_create_dataflow_partition`). */
export function partition(layers: readonly Layer[], input: LayerTensor): Partition {
  const first = layers.findIndex(({ host }) => host === null);
  const behind = layers.findLastIndex(({ host }) => host === null) + 1;
  const inside = layers.slice(first, behind);
  const [head] = inside;
  if (first < 0 || head === undefined)
    throw unsupportedGraph('the network computes nothing', 'add at least one layer');
  for (const { name, opType, host } of inside)
    if (host)
      throw unsupported(
        { name, op: opType },
        'is between hardware layers',
        host.opType === 'Transpose'
          ? 'do not transpose there; from the first layer on, images have their channels last'
          : 'use a Reshape to a constant shape without zeros',
      );
  const made = layers.flatMap(({ outputs }) => outputs).find(({ name }) => name === head.inputs[0]);
  const last = inside.at(-1) ?? head;
  const [output] = last.outputs;
  return {
    graph: hardwareGraph(inside, made ?? input, output),
    before: hostModel(layers.slice(0, first), input, 'float32'),
    quantisers: inside.map(({ quantiser }) => quantiser),
    after: hostModel(layers.slice(behind), output, last.opType === 'LabelSelect' ? 'int64' : 'float32'),
  };
}

function hardwareGraph(layers: readonly Layer[], input: LayerTensor, output: LayerTensor): HardwareGraph {
  const tensors = new Map<string, Tensor>();
  const parameters = new Map<string, Float32Array>();
  const activation = ({ name, shape, datatype, layout }: LayerTensor): void => {
    tensors.set(name, { shape, datatype, layout });
  };
  activation(input);
  for (const layer of layers) {
    for (const { name, constant, layout } of layer.parameters) {
      tensors.set(name, { shape: constant.shape, datatype: constant.datatype, layout });
      parameters.set(name, constant.values);
    }
    layer.outputs.forEach(activation);
  }
  const counts = new Map<string, number>();
  return {
    nodes: layers.map((layer): HardwareNode => {
      const count = counts.get(layer.opType) ?? 0;
      counts.set(layer.opType, count + 1);
      return {
        name: `${layer.opType}_${count}`,
        opType: layer.opType,
        domain: 'finn.custom_op.fpgadataflow',
        inputs: [...layer.inputs, ...layer.parameters.map(({ name }) => name)],
        outputs: layer.outputs.map(({ name }) => name),
        attributes: layer.attributes,
      };
    }),
    tensors,
    parameters,
    inputs: [input.name],
    outputs: [output.name],
  };
}
