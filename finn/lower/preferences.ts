import { isJsonObject } from '../../base/json.ts';
import { Refusal } from '../../base/refusal.ts';
import { nameHint } from '../../base/suggest.ts';
import type { HardwareGraph, HardwareNode } from '../graph.ts';
import { isOfAbsentKind } from '../ops/layer-names.ts';
import type { Style } from './specialise.ts';

export interface Preferences {
  /** By layer. */
  readonly styles: ReadonlyMap<string, Style>;
  /** Layers named by the file whose kind does not occur in this network. */
  readonly unused: readonly string[];
}

/**
 * The implementation asked for per layer, from the parsed specialize file (FINN's format: `preferred_impl_style` per
 * layer, and `Defaults` per op type). Refuses names and values that FINN would silently ignore.
 */
export function readPreferences(config: unknown, graph: HardwareGraph): Preferences {
  if (config === null || config === undefined) return { styles: new Map(), unused: [] };
  if (!isJsonObject(config))
    throw new Refusal('specialize/malformed', 'the specialize file is not a JSON object');
  const unused = absentLayers(Object.keys(config), graph);
  const styles = graph.nodes.flatMap((node) => {
    const own = styleIn(node.name, config[node.name] ?? {});
    const style = own ?? defaultFor(node, config['Defaults'] ?? {}) ?? '';
    return style === '' ? [] : [[node.name, style] as const];
  });
  return { styles: new Map(styles), unused };
}

/** The layers in the file that the network does not have; refuses those whose kind does occur in it. */
function absentLayers(keys: readonly string[], graph: HardwareGraph): readonly string[] {
  const names = graph.nodes.map(({ name }) => name);
  const absent = keys.filter((name) => name !== 'Defaults' && !names.includes(name));
  const unknown = absent.find((name) => !isOfAbsentKind(name, graph));
  if (unknown === undefined) return absent;
  throw new Refusal(
    'specialize/unknown-layer',
    `the specialize file names ${unknown}, which the network does not have`,
    suggestion(unknown, names),
    ['specialize', unknown],
  );
}

/** `Defaults` are lists of a value and the op types it applies to, such as `["rtl", ["MVAU"]]`, or `"all"`. */
function defaultFor(node: HardwareNode, defaults: unknown): Style | '' | undefined {
  if (!isJsonObject(defaults)) throw malformed('Defaults', 'is not an object');
  let style: Style | '' | undefined;
  for (const [attribute, list] of Object.entries(defaults)) {
    checkAttribute('Defaults', attribute);
    if (!Array.isArray(list) || list.length % 2 !== 0)
      throw malformed('Defaults', 'is not a list of values and op types');
    for (let index = 0; index < list.length; index += 2) {
      const value = checkedStyle('Defaults', list[index]);
      const ops: unknown = list[index + 1];
      if (ops === 'all' || (Array.isArray(ops) && ops.includes(node.opType))) style = value;
    }
  }
  return style;
}

function styleIn(name: string, entry: unknown): Style | '' | undefined {
  if (!isJsonObject(entry)) throw malformed(name, 'is not an object');
  for (const attribute of Object.keys(entry)) checkAttribute(name, attribute);
  const value = entry['preferred_impl_style'];
  return value === undefined ? undefined : checkedStyle(name, value);
}

function checkAttribute(name: string, attribute: string): void {
  if (attribute === 'preferred_impl_style') return;
  throw new Refusal(
    'specialize/unknown-attribute',
    `the specialize file sets ${attribute} of ${name}`,
    'only preferred_impl_style can be set there; folding attributes belong in the folding file',
    ['specialize', name, attribute],
  );
}

function checkedStyle(name: string, value: unknown): Style | '' {
  if (value === 'hls' || value === 'rtl' || value === '') return value;
  throw new Refusal(
    'specialize/illegal-value',
    `the specialize file sets preferred_impl_style of ${name} to ${JSON.stringify(value)}`,
    'legal values are "hls" and "rtl"',
    ['specialize', name, 'preferred_impl_style'],
  );
}

function malformed(name: string, what: string): Refusal {
  return new Refusal('specialize/malformed', `${name} in the specialize file ${what}`, undefined, [
    'specialize',
    name,
  ]);
}

/** A likely mistake is a name from after specialisation, as used in the folding file. */
function suggestion(name: string, names: readonly string[]): string {
  const unspecialised = name.replace(/_(hls|rtl)_(\d+)$/, '_$2');
  return names.includes(unspecialised)
    ? `this file requires the names from before specialisation: ${unspecialised}`
    : nameHint(name, names);
}
