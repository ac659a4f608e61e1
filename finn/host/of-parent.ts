import type { OnnxModel, OnnxNode, ValueInfo } from '../../onnx/model.ts';
import { defined } from '../../base/defined.ts';
import { Refusal } from '../../base/refusal.ts';
import type { HostOp, HostPart, HostTensor } from './host-part.ts';

/**
 * The host part in FINN's parent graph (`dataflow_parent.onnx`): the nodes before and after its one
 * StreamingDataflowPartition. Refuses more than one partition, and operators that the host cannot run.
 */
export function hostOfParent(model: OnnxModel): HostPart {
  const { graph } = model;
  const position = graph.nodes.findIndex(({ opType }) => opType === partition);
  const parts = graph.nodes.filter(({ opType }) => opType === partition).length;
  if (parts !== 1)
    throw new Refusal(
      'host/partitions',
      `FINN divided the network into ${parts} parts for the FPGA, but exactly one is required`,
      `left outside the FPGA: ${graph.nodes.map(({ opType }) => opType).join(', ')}; remove or quantise it`,
    );

  return {
    format: 1,
    before: graph.nodes.slice(0, position).map((node) => hostOp(node, model)),
    after: graph.nodes.slice(position + 1).map((node) => hostOp(node, model)),
    input: hostTensor(graph.inputs[0], model),
    output: hostTensor(graph.outputs[0], model),
  };
}

const partition = 'StreamingDataflowPartition';

function hostOp(node: OnnxNode, { graph }: OnnxModel): HostOp {
  if (node.opType === 'Transpose') {
    const perm = node.attributes.get('perm');
    if (perm?.type === 'ints') return { op: 'Transpose', perm: perm.value };
  }
  if (node.opType === 'Reshape' || node.opType === 'Flatten') {
    const output = node.outputs[0] ?? '';
    const stated = graph.valueInfo.get(output) ?? graph.outputs.find(({ name }) => name === output);
    return { op: 'Reshape', shape: fixedShape(stated, output) };
  }
  throw new Refusal(
    'host/unsupported-op',
    `FINN leaves ${node.name === '' ? node.opType : `${node.name} (${node.opType})`} outside the FPGA, which the host cannot run`,
    'the host only transposes and reshapes; quantise the network so that everything else becomes hardware',
  );
}

function hostTensor(info: ValueInfo | undefined, { graph }: OnnxModel): HostTensor {
  const { name } = defined(info, 'a model that was read has inputs and outputs');
  return {
    shape: fixedShape(info, name),
    datatype: graph.annotations.get(name)?.get('finn_datatype') ?? 'FLOAT32',
  };
}

function fixedShape(info: ValueInfo | undefined, name: string): readonly number[] {
  const shape = info?.shape ?? null;
  if (shape !== null && shape.every((extent): extent is number => extent !== null)) return shape;
  throw new Refusal(
    'dialect/no-shape',
    `tensor ${name} has no fixed shape`,
    'state the batch size when exporting',
  );
}
