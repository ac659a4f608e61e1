import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';
import { todaysDomain, versionOf } from '../operators/index.ts';

/**
 * The model with QONNX's operators in today's domain, whose version it states if there are any. Operators of a domain whose
 * version contradicts that of today's remain in it.
 */
export function withTodaysDomains({ graph, opsets, ...model }: OnnxModel): OnnxModel {
  const versions = new Map(opsets);
  const moved = (node: OnnxNode): OnnxNode => {
    const domain = todaysDomain(node);
    if (domain === '') return node;
    const version = versionOf(node, versions);
    if (!versions.has(domain)) versions.set(domain, version);
    return versions.get(domain) === version ? { ...node, domain } : node;
  };
  return { ...model, opsets: versions, graph: { ...graph, nodes: graph.nodes.map(moved) } };
}
