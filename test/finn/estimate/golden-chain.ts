import { join } from 'node:path';
import type { AttributeValue, HardwareGraph, HardwareNode, Tensor } from '../../../finn/graph.ts';
import { golden, readJson } from '../network.ts';

/** A node as the golden `dataflow_nodes.json` describes it. */
export interface GoldenNode {
  readonly name: string;
  readonly op_type: string;
  readonly domain: string;
  readonly input_datatype: string;
  readonly output_datatype: string;
  readonly attributes: { readonly [name: string]: AttributeValue };
  readonly parameters: readonly { readonly shape: readonly number[]; readonly datatype: string }[];
  readonly normal_input_shape: readonly number[];
  readonly normal_output_shape: readonly number[];
}

export function goldenNodes(network: string): readonly GoldenNode[] {
  return readJson(join(golden, network, 'dataflow_nodes.json'));
}

/** The graph that the description is of, one node after the other; estimates need no values of parameters. */
export function goldenChain(nodes: readonly GoldenNode[]): HardwareGraph {
  const tensors = new Map<string, Tensor>();
  const between = (position: number): string => `activation_${position}`;
  const [first] = nodes;
  tensors.set(between(0), plain(first!.normal_input_shape, first!.input_datatype));
  return {
    nodes: nodes.map((node, position): HardwareNode => {
      const parameters = node.parameters.map(({ shape, datatype }, index) => {
        const name = `${node.name}_param${index}`;
        tensors.set(name, plain(shape, datatype));
        return name;
      });
      tensors.set(between(position + 1), plain(node.normal_output_shape, node.output_datatype));
      return {
        name: node.name,
        opType: node.op_type,
        domain: node.domain,
        inputs: [between(position), ...parameters],
        outputs: [between(position + 1)],
        attributes: node.attributes,
      };
    }),
    tensors,
    parameters: new Map(),
    inputs: [between(0)],
    outputs: [between(nodes.length)],
  };
}

function plain(shape: readonly number[], datatype: string): Tensor {
  return { shape, datatype, layout: null };
}
