import type { FloatGraph, FloatNode } from '../float-graph.ts';
import type { Rule } from '../rewrite.ts';
import { rewrite } from '../rewrite.ts';

/**
 * Removes Add and Sub of about 0 and Mul and Div by about 1 (QONNX 1.0.0 `RemoveIdentityOps`, numpy's `isclose` with
 * both tolerances 1e-5). FINN does this after every pass, so a scale that happens to be near 1 is dropped.
 */
export function removeIdentities(graph: FloatGraph): FloatGraph {
  const remove: Rule = (node, view) => {
    if (!isIdentity(node)) return null;
    const [input] = node.inputs;
    const producer = view.producerOf(input);
    if (producer && view.consumerOf(producer) === node)
      return { insert: [{ ...producer, output: node.output }], remove: [producer] };
    if (node.output === view.output) return null;
    return { insert: [], reroute: [{ from: node.output, to: input }] };
  };
  return rewrite(graph, remove, 'change');
}

function isIdentity(node: FloatNode): boolean {
  const { fround } = Math;
  const tolerance = 1e-5;
  switch (node.op) {
    case 'Add':
    case 'Sub':
      return node.constant.values.every((value) => Math.abs(value) <= fround(tolerance));
    case 'Mul':
    case 'Div':
      return node.constant.values.every((value) => Math.abs(fround(value - 1)) <= fround(2 * tolerance));
    default:
      return false;
  }
}
