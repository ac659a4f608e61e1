import { Refusal } from '../../base/refusal.ts';
import type { HardwareGraph } from '../graph.ts';
import { namesToday } from '../ops/layer-names.ts';
import type { Folding, Setting } from './folding.ts';

/**
 * The refusal (`fold/older-finn`) of a folding in the words of an older FINN, with those of today, all in one; null if it has
 * none: layers named as before FINN distinguished implementations, and the former names of attributes and values.
 */
export function olderWords(graph: HardwareGraph, { defaults, layers }: Folding): Refusal | null {
  const today = namesToday(layers.keys(), graph);
  const present = new Set([...today.keys(), ...graph.nodes.map(({ name }) => name)]);
  const renames: Rename[] = [];
  for (const [layer, settings] of layers) {
    const name = today.get(layer);
    if (name !== undefined) renames.push({ at: [layer], text: `${layer} is ${name}` });
    if (present.has(layer)) renames.push(...renamedIn(settings));
  }
  renames.push(...renamedIn(defaults));
  const [first] = renames;
  if (first === undefined) return null;
  const texts = [...new Set(renames.map(({ text }) => text))];
  return new Refusal(
    'fold/older-finn',
    `the folding was written for an older FINN; today ${texts.join(', ')}`,
    'write the names of today; layers of a kind are counted in the order of the network',
    ['folding', ...first.at],
  );
}

interface Rename {
  readonly at: readonly string[];
  readonly text: string;
}

function renamedIn(settings: readonly Setting[]): readonly Rename[] {
  return settings.flatMap(({ entry, attribute, value }) => {
    const text = renamedSetting(attribute, value);
    return text === null ? [] : [{ at: [entry, attribute], text }];
  });
}

function renamedSetting(attribute: string, value: unknown): string | null {
  if (Object.hasOwn(attributes, attribute))
    return `${attribute} ${JSON.stringify(value)} is ${attributes[attribute] ?? ''} ${JSON.stringify([value])}`;
  if (attribute !== 'mem_mode' || typeof value !== 'string' || !Object.hasOwn(memories, value)) return null;
  return `mem_mode "${value}" is "${memories[value] ?? ''}"`;
}

/** Attributes for one stream, which are lists for all of them since FINN 0.9. */
const attributes: { readonly [older: string]: string } = {
  inFIFODepth: 'inFIFODepths',
  outFIFODepth: 'outFIFODepths',
};

/** Values of mem_mode up to FINN 0.9. */
const memories: { readonly [older: string]: string } = {
  const: 'internal_embedded',
  decoupled: 'internal_decoupled',
};
