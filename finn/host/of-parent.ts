import { Refusal } from '../../base/refusal.ts';
import { extract, infoOf } from '../../onnx/extract.ts';
import type { OnnxModel, ValueInfo } from '../../onnx/model.ts';
import { renamed } from '../../onnx/renamed.ts';
import { soleOutput } from '../execute/boundary.ts';
import type { HardwareGraph } from '../graph.ts';
import { tensorOf } from '../graph.ts';
import type { HostModels } from './host-part.ts';
import { hostModels } from './host-models.ts';

/**
 * The host's models in the graph that FINN leaves around its one StreamingDataflowPartition (`dataflow_parent.onnx`, whose
 * inputs and outputs have the user's names), given the graph of the partition. Refuses more than one partition, and a part
 * behind it that needs more than what the boards return.
 */
export function hostOfParent(parent: OnnxModel, hardware: HardwareGraph): HostModels {
  const { graph } = parent;
  const partitions = graph.nodes.filter(({ opType }) => opType === 'StreamingDataflowPartition');
  if (graph.inputs.length !== 1)
    throw new Refusal(
      'finn/several-boundaries',
      `the network has ${graph.inputs.length} inputs, but only one is supported`,
    );
  const [partition] = partitions;
  const [sent] = partition?.inputs ?? [];
  const [returned] = partition?.outputs ?? [];
  if (partitions.length !== 1 || sent === undefined || returned === undefined)
    throw new Refusal(
      'host/partitions',
      `FINN divided the network into ${partitions.length} parts for the FPGA, but exactly one is required`,
      `left outside the FPGA: ${graph.nodes.map(({ opType }) => opType).join(', ')}; remove or quantise it`,
    );
  const meaning = hardware.nodes.at(-1)?.opType.startsWith('LabelSelect') === true ? 'class' : 'values';
  const { datatype } = tensorOf(hardware, soleOutput(hardware));
  const boards: ValueInfo = {
    ...infoOf(parent, returned),
    elementType: meaning === 'class' ? 'int64' : 'float32',
  };
  return hostModels(
    part(parent, graph.inputs, [infoOf(parent, sent)]),
    part(
      parent,
      [boards],
      graph.outputs.map((info) => (info.name === returned ? boards : info)),
    ),
    { datatype, meaning },
  );
}

/** The part of the parent that makes outputs of inputs; tensors that the user does not know are named by their place. */
function part(parent: OnnxModel, inputs: readonly ValueInfo[], outputs: readonly ValueInfo[]): OnnxModel {
  const { graph, opsets } = extract(parent, inputs, outputs);
  const made = new Set([...inputs.map(({ name }) => name), ...graph.nodes.flatMap((node) => node.outputs)]);
  for (const node of graph.nodes)
    for (const name of node.inputs)
      if (name !== '' && !made.has(name) && !graph.initializers.has(name))
        throw new Refusal(
          'host/partitions',
          `${node.name} (${node.opType}) on the host needs ${name} as well as what the FPGA returns`,
          'quantise the branch that goes around the hardware',
        );
  const model: OnnxModel = { opsets, metadata: new Map(), graph: { ...graph, name: '' } };
  const known = new Set([...parent.graph.inputs, ...parent.graph.outputs].map(({ name }) => name));
  const used = new Set(graph.nodes.flatMap((node) => [...node.inputs, ...node.outputs]));
  const unknown = [...used].filter((name) => name !== '' && !known.has(name));
  const free = (index: number): string => {
    const name = `tensor${index}`;
    return known.has(name) ? `${name}_` : name;
  };
  return renamed(model, new Map(unknown.map((name, index) => [name, free(index)])));
}
