import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Node, Pair, Range, YAMLMap } from 'yaml';
import type { Json } from '../../base/json.ts';
import { deepestNesting } from '../../base/nesting.ts';
import type { Unusable } from './unusable.ts';
import { inKey, inScalar, tooDeep } from './unusable.ts';

/** The path to a value in a document: keys and positions. */
export type Path = readonly (string | number)[];

/** Where a value of a document is written; behind an alias or a merge key that is in the anchor. */
export interface Ranges {
  readonly key: Range | null;
  readonly value: Range | null;
  readonly isMapping: boolean;
}

/** A parsed document: its value, where each part of it is written, and what cannot be used. */
export interface Nodes {
  /** Of no use if something is unusable. */
  readonly value: Json;
  readonly rangesAt: (path: Path) => Ranges | null;
  readonly unusable: readonly Unusable[];
}

/**
 * Reads the nodes at and below `root`, with aliases and merge keys (`<<`) replaced by what they refer to. What is nested deeper
 * than `deepestNesting` is not looked at.
 */
export function readNodes(root: Node): Nodes {
  const reading: Reading = {
    unusable: [],
    anchors: new Map(),
    contents: new Map(),
    targets: new Map(),
    members: new Map(),
    isExceeded: false,
  };
  const { value } = read(root, [], reading);
  return { value, rangesAt: (path) => rangesAt(root, path, reading), unusable: reading.unusable };
}

/** A pair that holds in a mapping, written in it or merged, and its value. */
interface Member {
  readonly pair: Pair<Node, Node | null>;
  readonly content: Content;
}

/** A value, the number of values in it, and the number of its levels, all with aliases followed. */
interface Content {
  readonly value: Json;
  readonly size: number;
  readonly depth: number;
}

interface Reading {
  isExceeded: boolean;
  readonly unusable: Unusable[];
  /** The last node with each anchor, so far. */
  readonly anchors: Map<string, Node>;
  /** The contents of nodes with an anchor. */
  readonly contents: Map<Node, Content>;
  readonly targets: Map<Alias, Node>;
  /** By key. Those of a mapping that is merged are also those of the other. */
  readonly members: Map<YAMLMap, ReadonlyMap<string, Member>>;
}

/** Aliases of aliases grow exponentially. */
const mostValues = 1_000_000;

const nothing: Content = { value: null, size: 1, depth: 0 };

/** Nodes are read in the order of the text, so that what an alias refers to has been read, unless the alias is in it. */
function read(node: Node | null, path: Path, reading: Reading): Content {
  const range = node?.range ?? null;
  if (path.length > deepestNesting) {
    reading.unusable.push({ ...tooDeep, range });
    return nothing;
  }
  if (isAlias(node)) return followed(node, reading);
  const { anchor } = (node ?? {}) as { readonly anchor?: string };
  if (node !== null && anchor !== undefined) reading.anchors.set(anchor, node);
  const content = bounded(contentOf(node, path, reading), range, reading);
  if (node !== null && anchor !== undefined) reading.contents.set(node, content);
  return content;
}

function followed(alias: Alias, { anchors, contents, targets, unusable }: Reading): Content {
  const range = alias.range ?? null;
  const target = anchors.get(alias.source);
  const content = target === undefined ? undefined : contents.get(target);
  if (target !== undefined && content !== undefined) {
    targets.set(alias, target);
    return content;
  }
  const isUnknown = target === undefined;
  unusable.push({
    code: 'config/yaml-syntax',
    message: isUnknown ? `there is no anchor &${alias.source} above` : `*${alias.source} contains itself`,
    ...(isUnknown ? { hint: `&${alias.source} in front of a value names it for the aliases below` } : {}),
    range,
  });
  return nothing;
}

/** Refuses the first value that aliases make too large or too deep: what holds it would be as well. */
function bounded(content: Content, range: Range | null, reading: Reading): Content {
  const isTooDeep = content.depth > deepestNesting;
  if (!isTooDeep && content.size <= mostValues) return content;
  if (reading.isExceeded) return nothing;
  reading.isExceeded = true;
  const message = `this is more than ${mostValues} values with its aliases followed`;
  reading.unusable.push(isTooDeep ? { ...tooDeep, range } : { code: 'config/yaml-syntax', message, range });
  return nothing;
}

function contentOf(node: Node | null, path: Path, reading: Reading): Content {
  if (isMap(node)) return mapping(node as YAMLMap<Node, Node | null>, path, reading);
  if (isSeq(node)) {
    const items = node.items.map((item, index) => read(item as Node, [...path, index], reading));
    return composed(
      items.map(({ value }) => value),
      items,
    );
  }
  if (!isScalar(node)) return nothing;
  reading.unusable.push(...inScalar(node.value, node.range ?? null));
  return { ...nothing, value: node.value as Json };
}

function mapping(node: YAMLMap<Node, Node | null>, path: Path, reading: Reading): Content {
  const members = new Map<string, Member>();
  let hasMerged = false;
  for (const pair of node.items) {
    const isMerge = isMergeKey(pair.key);
    const name = isMerge ? mergeKey : textOf(pair.key);
    if (!isMerge) reading.unusable.push(...inKey(pair.key));
    const content = read(pair.value, [...path, name ?? ''], reading);
    if (isMerge) {
      if (hasMerged) reading.unusable.push({ ...secondMerge, range: pair.key.range ?? null });
      hasMerged = true;
      for (const [key, member] of mergedBy(pair.value, reading))
        if (!members.has(key)) members.set(key, member);
    } else if (name !== null) {
      members.set(name, { pair, content });
    }
  }
  reading.members.set(node, members);
  const contents = [...members.values()].map(({ content }) => content);
  return composed(
    Object.fromEntries([...members].map(([name, { content }]) => [name, content.value])),
    contents,
  );
}

const mergeKey = '<<';

const secondMerge = {
  code: 'config/yaml-syntax',
  message: '`<<` is given twice',
  hint: 'a list merges several mappings, the first of which wins: `<<: [*a, *b]`',
} as const;

/** The parser gives a merge key a value of its own; `"<<"` in quotes is a word. */
function isMergeKey({ value }: Node & { readonly value?: unknown }): boolean {
  return typeof value === 'symbol' && value.description === mergeKey;
}

/** The pairs that a merge key brings: of a mapping, or of several in a list, of which the first wins. */
function mergedBy(node: Node | null, reading: Reading): readonly (readonly [string, Member])[] {
  const source = isAlias(node) ? (reading.targets.get(node) ?? node) : node;
  const parts = isSeq(source) ? (source.items as readonly Node[]) : [source];
  return parts.flatMap((part) => {
    const target = isAlias(part) ? (reading.targets.get(part) ?? part) : part;
    if (isMap(target)) return [...(reading.members.get(target) ?? [])];
    // An alias of nothing has been reported.
    if (!isAlias(target))
      reading.unusable.push({
        code: 'config/yaml-syntax',
        message: '`<<` merges mappings, and this is none',
        hint: 'such as `<<: *name`, with `&name` in front of a mapping above',
        range: part?.range ?? node?.range ?? null,
      });
    return [];
  });
}

function composed(value: Json, parts: readonly Content[]): Content {
  return {
    value,
    size: parts.reduce((sum, { size }) => sum + size, 1),
    depth: parts.reduce((most, { depth }) => Math.max(most, depth), 0) + 1,
  };
}

/** The text of a key; null if it is none. */
function textOf(key: Node): string | null {
  return isScalar<string | number | boolean | null>(key) && key.value !== null ? String(key.value) : null;
}

function rangesAt(root: Node, path: Path, { members, targets }: Reading): Ranges | null {
  let key: Range | null = null;
  let node: Node | null = root;
  for (const step of path) {
    const holder: Node | null = isAlias(node) ? (targets.get(node) ?? null) : node;
    if (isMap(holder)) {
      const member: Member | undefined = members.get(holder)?.get(String(step));
      if (member === undefined) return null;
      key = member.pair.key.range ?? null;
      node = member.pair.value;
    } else if (isSeq(holder) && Number(step) < holder.items.length) {
      key = null;
      node = holder.items[Number(step)] as Node;
    } else {
      return null;
    }
  }
  return { key, value: node?.range ?? null, isMapping: isMap(node) };
}
