import { isJsonObject } from '../../base/json.ts';
import { Refusal } from '../../base/refusal.ts';

/** One attribute with the value that a folding gives it, not yet checked against any layer. */
export interface Setting {
  /** The name of the entry that has it: a layer, or `Defaults`. */
  readonly entry: string;
  readonly attribute: string;
  readonly value: unknown;
}

/** A default and the op types that it applies to. */
export interface Default extends Setting {
  readonly covers: (opType: string) => boolean;
}

/** The parts of a folding JSON, both in the order of the file. */
export interface Folding {
  readonly defaults: readonly Default[];
  readonly layers: ReadonlyMap<string, readonly Setting[]>;
}

/**
 * Reads the format of FINN's `ApplyConfig`: `{"Defaults": {attribute: [value, opTypes, …]}, layer: {attribute: value}}`
 * with op types as a list or "all". As in FINN, a default whose attribute is also the name of an entry is ignored.
 */
export function parseFolding(json: unknown): Folding {
  if (!isJsonObject(json)) throw malformed('a folding must be an object of layers');
  const { Defaults: defaults = {}, ...layers } = json;
  if (!isJsonObject(defaults)) throw malformed('"Defaults" must be an object of attributes');
  return {
    defaults: Object.entries(defaults)
      .filter(([attribute]) => !Object.hasOwn(json, attribute))
      .flatMap(([attribute, value]) => parseDefault(attribute, value)),
    layers: new Map(
      Object.entries(layers).map(([name, attributes]) => {
        if (!isJsonObject(attributes)) throw malformed(`${name} must be an object of attributes`);
        return [
          name,
          Object.entries(attributes).map(([attribute, value]) => ({ entry: name, attribute, value })),
        ];
      }),
    ),
  };
}

function parseDefault(attribute: string, list: unknown): readonly Default[] {
  if (!Array.isArray(list) || list.length % 2 !== 0)
    throw malformed(`the default of ${attribute} must be a list of pairs, each a value and its op types`);

  const items: readonly unknown[] = list;
  return items.flatMap((value, index) => {
    if (index % 2 === 1) return [];
    const opTypes = items[index + 1];
    if (opTypes === 'all' && items.length > 2)
      throw malformed(`the default of ${attribute} is for "all" op types and for some others`);

    return [{ entry: 'Defaults', attribute, value, covers: coverage(attribute, opTypes) }];
  });
}

function coverage(attribute: string, opTypes: unknown): (opType: string) => boolean {
  if (opTypes === 'all') return () => true;
  if (Array.isArray(opTypes)) return (opType) => opTypes.includes(opType);
  throw malformed(`the default of ${attribute} must name its op types by a list or "all"`);
}

function malformed(what: string): Refusal {
  return new Refusal('fold/malformed', `the folding cannot be read: ${what}`);
}
