import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node, Pair, Range } from 'yaml';
import { deepestNesting } from '../../base/nesting.ts';

/** The path to a value in a document: keys and positions. */
export type Path = readonly (string | number)[];

/** Where a value of a document is written. */
export interface Ranges {
  readonly key: Range | null;
  readonly value: Range | null;
  readonly isMapping: boolean;
}

/** Something that YAML can express and a pipeline file cannot contain. */
export interface Unusable {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly range: Range | null;
}

/** The nodes of a parsed document: where each value is, by `pathKey`, and what cannot be used. */
export interface Nodes {
  readonly ranges: ReadonlyMap<string, Ranges>;
  readonly unusable: readonly Unusable[];
}

/** Reads the nodes below `root`. What is nested deeper than `deepestNesting` is not looked at. */
export function readNodes(root: Node): Nodes {
  const ranges = new Map<string, Ranges>();
  const unusable: Unusable[] = [];
  visit(root, null, [], { ranges, unusable });
  return { ranges, unusable };
}

/** A path as the key of a map. */
export function pathKey(path: Path): string {
  return JSON.stringify(path.map(String));
}

/** The problem of a document whose aliases make it too deep; they may even refer to themselves. */
export const tooDeep = {
  code: 'config/yaml-syntax',
  message: `nested in more than ${deepestNesting} levels`,
} as const;

interface Found {
  readonly ranges: Map<string, Ranges>;
  readonly unusable: Unusable[];
}

function visit(node: Node | null, key: Range | null, path: Path, found: Found): void {
  const range = node?.range ?? null;
  found.ranges.set(pathKey(path), { key, value: range, isMapping: isMap(node) });
  if (path.length > deepestNesting) found.unusable.push({ ...tooDeep, range });
  else if (isMap(node))
    for (const pair of node.items) visitPair(pair as Pair<Node, Node | null>, path, found);
  else if (isSeq(node))
    node.items.forEach((item, index) => {
      visit(item as Node, null, [...path, index], found);
    });
  else if (isScalar(node)) found.unusable.push(...inScalar(node.value, range));
}

function visitPair({ key, value }: Pair<Node, Node | null>, path: Path, found: Found): void {
  const range = key.range ?? null;
  if (!isScalar<string | number | boolean | null>(key) || key.value === null) {
    const message = `a key is a word, not ${isScalar(key) ? 'nothing' : isAlias(key) ? 'an alias' : 'a list or a mapping'}`;
    found.unusable.push({ code: 'config/yaml-syntax', message, range });
    return;
  }
  const name = String(key.value);
  found.unusable.push(...inScalar(name, range));
  if (name === '__proto__')
    found.unusable.push({
      code: 'config/bad-name',
      message: `"${name}" cannot be a name`,
      hint: 'it has a meaning of its own in JavaScript; choose another name',
      range,
    });
  visit(value, range, [...path, name], found);
}

function inScalar(value: unknown, range: Range | null): readonly Unusable[] {
  if (typeof value === 'string' && value.includes('\0'))
    return [
      {
        code: 'config/bad-value',
        message: 'a text contains a NUL character',
        hint: 'no operating system accepts one in a command, a name or a path',
        range,
      },
    ];
  if (typeof value === 'number' && !Number.isFinite(value))
    return [{ code: 'config/bad-value', message: 'a number is not finite', range }];
  return [];
}
