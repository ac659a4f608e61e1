import { Refusal, refuseAll } from '../../base/refusal.ts';
import type { AttributeValue, HardwareGraph, HardwareNode } from '../graph.ts';
import { isOfAbsentKind } from '../ops/layer-names.ts';
import { nodeOf, opOf } from '../ops/index.ts';
import type { Folding, Setting } from './folding.ts';
import { parseFolding } from './folding.ts';
import { nameHint } from '../../base/suggest.ts';
import { expectedInstead } from './values.ts';

/**
 * Sets the attributes that a parsed folding JSON names, as FINN+ 1.6.1 `ApplyConfig` does: first what `Defaults` says
 * for an op type, then what stands under the node's own name; new attributes go behind those a node has. Refuses, all
 * problems at once, unknown layers and attributes and values that the layer cannot have.
 */
export function applyFolding(graph: HardwareGraph, json: unknown): HardwareGraph {
  const folding = parseFolding(json);
  const problems: Refusal[] = [];
  const names = graph.nodes.map(({ name }) => name);
  for (const name of folding.layers.keys()) {
    if (names.includes(name) || isOfAbsentKind(name, graph)) continue;
    problems.push(
      new Refusal(
        'fold/unknown-layer',
        `the folding names ${name}, which the network does not have`,
        nameHint(name, names),
        ['folding', name],
      ),
    );
  }
  const nodes = graph.nodes.map((node) => {
    const settings = settingsFor(node, folding).filter((setting) => isKnown(node, setting, problems));
    problems.push(...illegalValues(graph, node, settings));
    return withSettings(node, settings);
  });
  refuseAll(problems);
  return { ...graph, nodes };
}

/** Layers that a folding names and that are passed over, since the graph has none of their kind. */
export function passedOver(graph: HardwareGraph, json: unknown): readonly string[] {
  const names = graph.nodes.map(({ name }) => name);
  return [...parseFolding(json).layers.keys()].filter((name) => !names.includes(name));
}

function settingsFor(node: HardwareNode, { defaults, layers }: Folding): readonly Setting[] {
  const general = defaults.filter(({ covers }) => covers(node.opType));
  return [...general, ...(layers.get(node.name) ?? [])];
}

function isKnown(node: HardwareNode, { attribute }: Setting, problems: Refusal[]): boolean {
  const rules = opOf(node).attributes;
  const rule = Object.hasOwn(rules, attribute) ? rules[attribute] : undefined;
  if (rule?.from === 'folding') return true;
  const settable = Object.keys(rules).filter((name) => rules[name]!.from === 'folding');
  problems.push(
    new Refusal(
      'fold/unknown-attribute',
      rule === undefined
        ? `${node.name} has no attribute ${attribute}`
        : `${attribute} of ${node.name} follows from the network and cannot be folded`,
      nameHint(attribute, settable),
      ['folding', node.name, attribute],
    ),
  );
  return false;
}

function withSettings(node: HardwareNode, settings: readonly Setting[]): HardwareNode {
  const set = Object.fromEntries(settings.map(({ attribute, value }) => [attribute, value]));
  return { ...node, attributes: { ...node.attributes, ...(set as { [name: string]: AttributeValue }) } };
}

function illegalValues(
  graph: HardwareGraph,
  node: HardwareNode,
  settings: readonly Setting[],
): readonly Refusal[] {
  const rules = opOf(node).attributes;
  const expectedKinds = new Map(
    settings.map((setting) => [setting, expectedInstead(setting.value, rules[setting.attribute]!)]),
  );
  // What is legal for one attribute may depend on the others, of which only those of the right kind can be read.
  const readable = settings.filter((setting) => expectedKinds.get(setting) === null);
  const { op, view } = nodeOf(graph, withSettings(node, readable));
  const legal = op.legalValues(view);
  // Of a default and the node's own setting the latter counts.
  const effective = new Map(settings.map((setting) => [setting.attribute, setting])).values();
  return [...effective].flatMap((setting) => {
    const expected = expectedKinds.get(setting)!;
    const values = legal[setting.attribute];
    if (expected === null && (values === undefined || values.includes(setting.value as number))) return [];
    return [
      new Refusal(
        'fold/illegal-value',
        `${node.name}.${setting.attribute} cannot be ${JSON.stringify(setting.value)}`,
        `legal values are ${values?.join(', ') ?? expected}`,
        ['folding', node.name, setting.attribute],
      ),
    ];
  });
}
