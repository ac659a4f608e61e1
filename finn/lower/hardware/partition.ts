import type { HardwareGraph, HardwareNode, Tensor } from '../../graph.ts';
import type { HostOp } from '../../host/host-part.ts';
import { unsupported, unsupportedGraph } from '../refuse.ts';
import type { Layer, LayerTensor } from './layer.ts';

/** The hardware layers of a streamlined network, and the operations of the host around them. */
export interface Partition {
  readonly graph: HardwareGraph;
  readonly before: readonly HostOp[];
  readonly after: readonly HostOp[];
  /** Shape of the result on the host. */
  readonly outputShape: readonly number[];
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
        host.op === 'Transpose'
          ? 'do not transpose there; from the first layer on, images have their channels last'
          : 'use a Reshape to a constant shape without zeros',
      );
  const made = layers.flatMap(({ outputs }) => outputs).find(({ name }) => name === head.inputs[0]);
  const hostOps = (those: readonly Layer[]): readonly HostOp[] => those.flatMap(({ host }) => host ?? []);
  return {
    graph: hardwareGraph(inside, made ?? input, (inside.at(-1) ?? head).outputs[0]),
    before: hostOps(layers.slice(0, first)),
    after: hostOps(layers.slice(behind)),
    outputShape: (layers.at(-1) ?? head).outputs[0].shape,
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
