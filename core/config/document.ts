import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Range } from 'yaml';
import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';

export type Path = readonly (string | number)[];

interface Ranges {
  readonly key: Range | null;
  readonly value: Range | null;
  readonly isMapping: boolean;
}

/** A parsed pipeline.yaml with one profile laid over it; places always point to the text that took effect. */
export interface ConfigDocument {
  readonly value: JsonObject;
  readonly place: (path: Path, mark?: 'key' | 'value') => Place;
}

/** Parses the text; returns syntax errors, duplicate keys and an unknown profile as diagnostics. */
export function readDocument(file: string, text: string, profile: string | null): Result<ConfigDocument> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeOf = ([from, to]: readonly [number, number, number?]): Place => {
    const start = lines.linePos(from);
    const length = Math.max(1, (text.slice(from, to).split('\n')[0] ?? '').trimEnd().length);
    return { file, line: start.line, column: start.col, length };
  };
  if (document.errors.length > 0)
    return failure(
      ...document.errors.map(({ message, pos }) =>
        problem('config/yaml-syntax', message.replace(/\s+/g, ' '), { place: placeOf(pos) }),
      ),
    );
  if (!isMap(document.contents)) {
    const message = 'a pipeline file is a mapping with version and stages';
    return failure(problem('config/not-a-mapping', message, { place: beginningOf(file) }));
  }
  const ranges = new Map<string, Ranges>();
  collectRanges(document.contents, null, [], ranges);
  const value = valueOf(document, file, profile);
  if (!value.ok) return value;
  return success({ value: value.value, place: placing(file, ranges, profile, placeOf) });
}

/** The file's value with the profile laid over it. */
function valueOf(document: Document, file: string, profile: string | null): Result<JsonObject> {
  let base: JsonObject;
  try {
    base = document.toJS() as JsonObject;
  } catch (error) {
    return failure(problem('config/yaml-syntax', (error as Error).message, { place: beginningOf(file) }));
  }
  if (profile === null) return success(base);
  const profiles = isJsonObject(base['profiles']) ? base['profiles'] : {};
  const overlay = Object.hasOwn(profiles, profile) ? profiles[profile] : undefined;
  if (!isJsonObject(overlay)) return failure(unknownProfile(profile, Object.keys(profiles), file));
  return success(overlaid(base, overlay) as JsonObject);
}

function unknownProfile(profile: string, known: readonly string[], file: string): Diagnostic {
  return problem('config/unknown-profile', `there is no profile "${profile}" in ${file}`, {
    place: beginningOf(file),
    hint: known.length > 0 ? `profiles: ${known.join(', ')}` : 'the file has no profiles',
  });
}

function placing(
  file: string,
  ranges: ReadonlyMap<string, Ranges>,
  profile: string | null,
  placeOf: (range: Range) => Place,
): ConfigDocument['place'] {
  const rangesAt = (path: Path): Ranges | undefined =>
    (profile === null ? undefined : ranges.get(keyOf(['profiles', profile, ...path]))) ??
    ranges.get(keyOf(path));
  return (path, mark = 'value') => {
    for (let length = path.length; length > 0; length--) {
      const found = rangesAt(path.slice(0, length));
      const isKeyMeant = mark === 'key' || length < path.length || found?.isMapping === true;
      const range = isKeyMeant ? (found?.key ?? found?.value) : found?.value;
      if (range !== null && range !== undefined) return placeOf(range);
    }
    return beginningOf(file);
  };
}

function beginningOf(file: string): Place {
  return { file, line: 1, column: 1 };
}

function keyOf(path: Path): string {
  return JSON.stringify(path.map(String));
}

function collectRanges(node: Node | null, key: Range | null, path: Path, into: Map<string, Ranges>): void {
  into.set(keyOf(path), { key, value: node?.range ?? null, isMapping: isMap(node) });
  if (isMap(node))
    for (const pair of node.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : '';
      collectRanges(pair.value as Node | null, (pair.key as Node).range ?? null, [...path, name], into);
    }
  else if (isSeq(node))
    node.items.forEach((item, index) => {
      collectRanges(item as Node, null, [...path, index], into);
    });
}

/** Mappings are merged key by key, everything else is replaced; null in the overlay removes a key. */
function overlaid(base: Json | undefined, overlay: Json): Json {
  if (!isJsonObject(base) || !isJsonObject(overlay)) return overlay;
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(overlay))
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = overlaid(merged[key], value);

  return merged;
}
