import type { Refusal } from '../../base/refusal.ts';
import { infoOf } from '../../onnx/extract.ts';
import type { OnnxModel, OnnxNode, ValueInfo } from '../../onnx/model.ts';
import { unsupported, unsupportedGraph } from '../lower/refuse.ts';
import { isProduct } from '../../qonnx/is-product.ts';
import type { Flow } from './flow.ts';
import { wayOut } from './way-out.ts';

/**
 * The tensor behind which the host runs the network: the last one on which all outputs depend, with all nodes of the host
 * behind it.
 */
export function startOfTail(
  model: OnnxModel,
  { nodes, activationsOf }: Flow,
  host: ReadonlySet<OnnxNode>,
): ValueInfo {
  const { outputs } = model.graph;
  const open = new Set(outputs.map(({ name }) => name));
  const waiting = new Set(nodes.filter((node) => host.has(node)));
  for (const node of nodes.toReversed()) {
    if (open.size === 1 && waiting.size === 0) break;
    if (isProduct(node)) throw inTheMiddle(nodes, node, [...waiting].at(-1), outputs);
    waiting.delete(node);
    for (const name of node.outputs) open.delete(name);
    for (const name of activationsOf(node)) open.add(name);
  }
  const [link = ''] = open;
  return infoOf(model, link);
}

function inTheMiddle(
  nodes: readonly OnnxNode[],
  last: OnnxNode,
  first: OnnxNode | undefined,
  outputs: readonly ValueInfo[],
): Refusal {
  const layer = (first && nodes.slice(nodes.indexOf(first)).find(isProduct)) ?? last;
  if (first)
    return unsupported(
      { name: nameOf(first), op: first.opType },
      layer === first
        ? 'is not supported'
        : `is not supported in front of ${nameOf(layer)} (${layer.opType})`,
      wayOut(first.opType),
    );
  const [output] = outputs;
  if (outputs.length === 1)
    return unsupportedGraph(
      `the output ${output?.name ?? ''} joins branches that part in front of ${nameOf(layer)} (${layer.opType})`,
      'boards return one tensor: let a layer or a quantiser follow the join, or use one network for each branch',
    );
  return unsupportedGraph(
    `the network has ${outputs.length} outputs (${outputs.map(({ name }) => name).join(', ')}), which part in front of ${nameOf(layer)} (${layer.opType})`,
    'several outputs are supported if they part behind the last layer; otherwise use one network for each output, or one layer for all outputs and a Split behind it',
  );
}

function nameOf({ name, outputs }: OnnxNode): string {
  return name === '' ? (outputs[0] ?? '') : name;
}
