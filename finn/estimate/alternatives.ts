import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { nodeOf, opOf } from '../ops/index.ts';
import type { ResourceEstimate } from '../ops/op.ts';

/** A node's estimates for each of its choices of multiplier and memory (FINN+ 1.6.1 `res_estimation_complete`). */
export function resourceAlternatives(
  graph: HardwareGraph,
  node: HardwareNode,
  part: string,
): readonly ResourceEstimate[] {
  let variants: readonly HardwareNode['attributes'][] = [{}];
  for (const { attribute, values } of choicesOf(node))
    variants = variants.flatMap((variant) => values.map((value) => ({ ...variant, [attribute]: value })));

  return variants.map((variant) => {
    const { op, view } = nodeOf(graph, { ...node, attributes: { ...node.attributes, ...variant } });
    return op.resources(view, part);
  });
}

/** An attribute that chooses between kinds of resources, and the values that a node's op allows, in FINN's order. */
export interface ResourceChoice {
  readonly attribute: string;
  readonly values: readonly string[];
}

/** The choices that a node has. */
export function choicesOf(node: HardwareNode): readonly ResourceChoice[] {
  const rules = opOf(node).attributes;
  return choices
    .map(({ attribute, values }) => ({
      attribute,
      values: values.filter((value) => rules[attribute]?.allowed?.includes(value)),
    }))
    .filter(({ values }) => values.length > 0);
}

const choices: readonly ResourceChoice[] = [
  { attribute: 'resType', values: ['dsp', 'lut'] },
  { attribute: 'ram_style', values: ['block', 'distributed', 'ultra'] },
];
