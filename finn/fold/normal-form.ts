import type { AttributeValue, HardwareGraph, HardwareNode } from '../graph.ts';
import { opOf } from '../ops/index.ts';
import { defaultOf } from './defaults.ts';
import { inFinnsOrder } from './order.ts';

/**
 * A folded graph as it is written to a file, so that foldings of a network that mean the same make the same submodels. A
 * layer has first the attributes that it has in `unfolded`, then those settings that are not defaults, in a fixed order, then
 * FINN's notes. Both graphs have the same layers; the folded one has FINN's notes (`annotateEstimates`).
 */
export function inNormalForm(folded: HardwareGraph, unfolded: HardwareGraph): HardwareGraph {
  const before = new Map(unfolded.nodes.map(({ name, attributes }) => [name, attributes]));
  return { ...folded, nodes: folded.nodes.map((node) => normalNode(node, before.get(node.name) ?? {})) };
}

/** Attributes of the unfolded layer stay, even with defaults: every folding of the network has them. */
function normalNode(node: HardwareNode, unfolded: HardwareNode['attributes']): HardwareNode {
  const rules = opOf(node).attributes;
  const kept: Attribute[] = [];
  const settings: Attribute[] = [];
  const notes: Attribute[] = [];
  for (const [attribute, value] of Object.entries(node.attributes))
    if (Object.hasOwn(unfolded, attribute)) kept.push([attribute, value]);
    else if (rules[attribute]?.from !== 'folding') notes.push([attribute, value]);
    else if (!isEqual(value, defaultOf(node, attribute))) settings.push([attribute, value]);
  settings.sort(([left], [right]) => inOrder(node, left, right));
  return { ...node, attributes: Object.fromEntries([...kept, ...settings, ...notes]) };
}

type Attribute = readonly [string, AttributeValue];

/** FINN's order, except that a VVAU has its multipliers before its memory, as in the examples since they were first built. */
function inOrder({ opType }: HardwareNode, left: string, right: string): number {
  const isSwapped = opType.startsWith('VVAU') && choices.has(left) && choices.has(right);
  return isSwapped ? inFinnsOrder(right, left) : inFinnsOrder(left, right);
}

const choices: ReadonlySet<string> = new Set(['resType', 'ram_style']);

function isEqual(value: AttributeValue, other: AttributeValue | null): boolean {
  return JSON.stringify(value) === JSON.stringify(other);
}
