import type { OnnxModel, OnnxNode, OnnxTensor } from '../../../onnx/model.ts';
import { runNetwork } from '../../../qonnx/execute.ts';
import type { Network } from '../../../qonnx/network.ts';
import { prepareNetwork } from '../../../qonnx/network.ts';

/** A network that can be run while one looks at its tensors and changes them. */
export interface Original {
  readonly model: OnnxModel;
  readonly network: Network;
}

/** May replace what a node makes of its inputs, null for one that is omitted. */
export type Change = (
  node: OnnxNode,
  inputs: readonly (OnnxTensor | null)[],
  output: OnnxTensor,
) => OnnxTensor | undefined;

export function original(model: OnnxModel): Original {
  return { model, network: prepareNetwork(model) };
}

/** All tensors of the network for an input, by name. */
export function tensorsOf(
  { model, network }: Original,
  input: OnnxTensor,
  change: Change = () => undefined,
): ReadonlyMap<string, OnnxTensor> {
  const inputs = new Map([[model.graph.inputs[0]!.name, input]]);
  const tensors = new Map([...network.constants, ...inputs]);
  const made = runNetwork(network, inputs, (node, outputs) => {
    const operands = node.inputs.map((name) => tensors.get(name) ?? null);
    const changed = change(node, operands, outputs[0]!);
    const results = changed ? [changed, ...outputs.slice(1)] : outputs;
    for (const [index, result] of results.entries()) tensors.set(node.outputs[index]!, result);
    return results;
  });
  return new Map([...tensors, ...made]);
}
