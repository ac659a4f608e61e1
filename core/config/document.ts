import type { Node, Range } from 'yaml';
import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import type { Json, JsonObject } from '../../base/json.ts';

export type Path = readonly (string | number)[];

interface Ranges {
  readonly key: Range | null;
  readonly value: Range | null;
  readonly isMapping: boolean;
}

/** A parsed pipeline.yaml with one profile laid over it; places always point at the text that won. */
export interface ConfigDocument {
  readonly value: JsonObject;
  readonly place: (path: Path, at?: 'key' | 'value') => Place;
}

/** Parses the text; syntax errors, duplicate keys and an unknown profile come back as diagnostics. */
export function readDocument(
  file: string,
  text: string,
  profile: string | null,
): ConfigDocument | readonly Diagnostic[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeOf = (range: readonly [number, number]): Place => {
    const start = lines.linePos(range[0]);
    const length = Math.max(1, (text.slice(range[0], range[1]).split('\n')[0] ?? '').trimEnd().length);
    return { file, line: start.line, column: start.col, length };
  };
  if (document.errors.length > 0)
    return document.errors.map((error) => ({
      code: 'config/yaml-syntax',
      severity: 'error',
      message: error.message.replace(/\s+/g, ' '),
      place: placeOf(error.pos),
    }));
  if (!isMap(document.contents))
    return [
      {
        code: 'config/not-a-mapping',
        severity: 'error',
        message: 'a pipeline file is a mapping with version and stages',
        place: { file, line: 1, column: 1 },
      },
    ];
  const ranges = new Map<string, Ranges>();
  collectRanges(document.contents, null, [], ranges);
  let base: JsonObject;
  try {
    base = document.toJS() as JsonObject;
  } catch (error) {
    const place = { file, line: 1, column: 1 };
    return [{ code: 'config/yaml-syntax', severity: 'error', message: (error as Error).message, place }];
  }
  const profiles = isObject(base['profiles']) ? base['profiles'] : {};
  const overlay = profile === null ? {} : Object.hasOwn(profiles, profile) ? profiles[profile] : undefined;
  if (!isObject(overlay))
    return [
      {
        code: 'config/unknown-profile',
        severity: 'error',
        message: `there is no profile "${profile}" in ${file}`,
        place: { file, line: 1, column: 1 },
        hint:
          Object.keys(profiles).length > 0
            ? `profiles: ${Object.keys(profiles).join(', ')}`
            : 'the file has no profiles',
      },
    ];
  return {
    value: overlaid(base, overlay) as JsonObject,
    place(path, at = 'value') {
      for (let length = path.length; length >= 0; length--) {
        const prefix = path.slice(0, length);
        const found =
          (profile === null ? undefined : ranges.get(keyOf(['profiles', profile, ...prefix]))) ??
          ranges.get(keyOf(prefix));
        if (length === 0 && found !== undefined) return { file, line: 1, column: 1 };
        const wantsKey = at === 'key' || length < path.length || found?.isMapping === true;
        const range = found === undefined ? null : wantsKey ? (found.key ?? found.value) : found.value;
        if (range !== null) return placeOf([range[0], range[1]]);
      }
      return { file, line: 1, column: 1 };
    },
  };
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

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Mappings are merged key by key, everything else is replaced; null in the overlay takes a key away. */
function overlaid(base: Json | undefined, overlay: Json): Json {
  if (!isObject(base) || !isObject(overlay)) return overlay;
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(overlay))
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = overlaid(merged[key], value);

  return merged;
}
