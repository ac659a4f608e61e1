import type { AttributeValue, HardwareGraph, HardwareNode } from '../../../../finn/graph.ts';
import type { AttributeRule } from '../../../../finn/ops/attributes.ts';
import { nodeOf, opOf } from '../../../../finn/ops/index.ts';

export function pick<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)]!;
}

/** A folding file that sets, to values that we hold for legal, some of what can be folded of each layer, in any order. */
export function randomFolding(graph: HardwareGraph, random: () => number): object {
  const defaults = random() < 0.3 ? { PE: [1, 'all'] } : {};
  const layers = graph.nodes.map((node) => [node.name, settingsFor(graph, node, random)] as const);
  return { Defaults: defaults, ...Object.fromEntries(layers.filter(() => random() < 0.9)) };
}

function settingsFor(graph: HardwareGraph, node: HardwareNode, random: () => number): object {
  const settings = new Map<string, AttributeValue>();
  const names = Object.keys(opOf(node).attributes);
  // What is legal for the others may depend on these.
  const last = names.filter((name) => name !== 'PE' && name !== 'SIMD');
  for (const name of ['PE', 'SIMD', ...last]) {
    const folded = { ...node, attributes: { ...node.attributes, ...Object.fromEntries(settings) } };
    const values = legalValues(graph, folded, name);
    if (values.length > 0 && random() < likelihood(name)) settings.set(name, pick(values, random));
  }
  const shuffled = [...settings].map((setting) => [random(), setting] as const);
  return Object.fromEntries(shuffled.sort(([left], [right]) => left - right).map(([, setting]) => setting));
}

function legalValues(graph: HardwareGraph, node: HardwareNode, name: string): readonly AttributeValue[] {
  const { op, view } = nodeOf(graph, node);
  const rule = op.attributes[name];
  if (rule?.from !== 'folding') return [];
  return op.legalValues(view)[name] ?? rule.allowed ?? examples[rule.kind];
}

const examples: { readonly [kind in AttributeRule['kind']]: readonly AttributeValue[] } = {
  integer: [0, 16, 64, 256],
  integers: [[2], [32]],
  text: [],
  texts: [],
  datatype: [],
  datatypes: [],
};

/** Layers keep wide datatypes where their weights can be rewritten, so not many may be so. */
function likelihood(attribute: string): number {
  if (attribute === 'PE' || attribute === 'SIMD') return 0.9;
  return attribute === 'runtime_writeable_weights' ? 0.1 : 0.5;
}
