import { Refusal, refuseAll } from '../../base/refusal.ts';
import type { AttributeValue, HardwareGraph, HardwareNode } from '../graph.ts';
import { isOfAbsentKind } from '../ops/layer-names.ts';
import { nodeOf, opOf } from '../ops/index.ts';
import type { Folding, Setting } from './folding.ts';
import { parseFolding } from './folding.ts';
import { olderWords } from './older-finn.ts';
import { nameHint } from '../../base/suggest.ts';
import { streamedWeights } from '../streamed-weights.ts';
import { expectedInstead } from '../ops/expected.ts';

/**
 * Sets the attributes that a parsed folding JSON names, as FINN+ 1.6.1 `ApplyConfig` does: first the
 * `Defaults` for an op type, then the settings under the node's own name; new attributes go after those a node has. Refuses
 * unknown layers and attributes, and values that the layer cannot have; reports all problems at once.
 */
export function applyFolding(graph: HardwareGraph, json: unknown): HardwareGraph {
  const folding = parseFolding(json);
  // Whatever else is wrong shows once the words are those of today.
  const older = olderWords(graph, folding);
  if (older !== null) throw older;
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
  const unknownDefaults = new Set<string>();
  const nodes = graph.nodes.map((node) => {
    const settings = settingsFor(node, folding).flatMap((setting) => {
      const found = known(node, setting);
      if (found === null && !unknownDefaults.has(setting.attribute)) {
        problems.push(unknownAttribute(node, setting));
        // A default for many layers is one mistake.
        if (setting.entry === 'Defaults') unknownDefaults.add(setting.attribute);
      }
      return found ?? [];
    });
    problems.push(...illegalValues(graph, node, settings));
    return withSettings(node, settings);
  });
  refuseAll(problems);
  return { ...graph, nodes };
}

/** Layers named by a folding that are ignored because the graph has none of their kind. */
export function passedOver(graph: HardwareGraph, json: unknown): readonly string[] {
  const names = graph.nodes.map(({ name }) => name);
  return [...parseFolding(json).layers.keys()].filter((name) => !names.includes(name));
}

function settingsFor(node: HardwareNode, { defaults, layers }: Folding): readonly Setting[] {
  const general = defaults.filter(({ covers }) => covers(node.opType));
  return [...general, ...(layers.get(node.name) ?? [])];
}

function unknownAttribute(node: HardwareNode, { entry, attribute }: Setting): Refusal {
  const rules = opOf(node).attributes;
  const settable = Object.entries(rules).flatMap(([name, { from }]) => (from === 'folding' ? [name] : []));
  return new Refusal(
    'fold/unknown-attribute',
    Object.hasOwn(rules, attribute)
      ? `${attribute} of ${node.name} follows from the network; a folding cannot set it`
      : `${node.name} has no attribute ${attribute}`,
    nameHint(attribute, settable),
    ['folding', entry, attribute],
  );
}

/** A setting of an attribute that the layer has; `expected` describes the values it takes, null if this value is of the right kind. */
interface KnownSetting extends Setting {
  readonly expected: string | null;
}

function known(node: HardwareNode, setting: Setting): KnownSetting | null {
  const rules = opOf(node).attributes;
  const rule = Object.hasOwn(rules, setting.attribute) ? rules[setting.attribute] : undefined;
  return rule?.from === 'folding' ? { ...setting, expected: expectedInstead(setting.value, rule) } : null;
}

function withSettings(node: HardwareNode, settings: readonly Setting[]): HardwareNode {
  const set = Object.fromEntries(settings.map(({ attribute, value }) => [attribute, value]));
  return { ...node, attributes: { ...node.attributes, ...(set as { [name: string]: AttributeValue }) } };
}

function illegalValues(
  graph: HardwareGraph,
  node: HardwareNode,
  settings: readonly KnownSetting[],
): readonly Refusal[] {
  // The legal values of one attribute may depend on others, which can be read only if they are of the right kind.
  const readable = settings.filter(({ expected }) => expected === null);
  const { op, view } = nodeOf(graph, withSettings(node, readable));
  const legal = op.legalValues(view);
  // The node's own setting overrides a default.
  const effective = new Map(settings.map((setting) => [setting.attribute, setting])).values();
  return [...effective].flatMap(({ entry, attribute, value, expected }) => {
    const values = legal[attribute];
    const second = streamedWeights(node.name, attribute, value);
    if (second !== null) return [second];
    if (expected === null && (values === undefined || values.some((one) => one === value))) return [];
    return [
      new Refusal(
        'fold/illegal-value',
        `${node.name}.${attribute} cannot be ${JSON.stringify(value)}`,
        `legal values are ${values?.join(', ') ?? expected ?? ''}`,
        ['folding', entry, attribute],
      ),
    ];
  });
}
