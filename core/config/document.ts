import { LineCounter, isMap, parseDocument } from 'yaml';
import type { YAMLError } from 'yaml';
import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { Path, Ranges } from './nodes.ts';
import { readNodes } from './nodes.ts';
import { tooDeep } from './unusable.ts';

/** A parsed pipeline.yaml with one profile laid over it; places always point to the text that took effect. */
export interface ConfigDocument {
  readonly value: JsonObject;
  /** The value without the profile. */
  readonly written: JsonObject;
  readonly place: (path: Path, mark?: 'key' | 'value') => Place;
}

/**
 * Parses the text, which is YAML 1.2 and so may be JSON; returns syntax errors, duplicate keys, whatever JSON cannot express,
 * and an unknown profile as diagnostics.
 */
export function readDocument(file: string, text: string, profile: string | null): Result<ConfigDocument> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    merge: true,
    // JSON has no sets, dates or bytes.
    resolveKnownTags: false,
  });
  const placeOf = ([from, to]: readonly [number, number, number?]): Place => {
    const start = lines.linePos(from);
    const length = Math.max(1, (text.slice(from, to).split('\n')[0] ?? '').trimEnd().length);
    return { file, line: start.line, column: start.col, length };
  };
  const mistakes = [...document.errors, ...document.warnings];
  if (mistakes.length > 0) return failure(...mistakes.map((mistake) => syntaxProblem(mistake, placeOf)));
  if (!isMap(document.contents)) {
    const message = 'a pipeline file is a mapping with version and stages';
    return failure(problem('config/not-a-mapping', message, { place: beginningOf(file) }));
  }
  const { value: contents, rangesAt, unusable } = readNodes(document.contents);
  if (unusable.length > 0)
    return failure(
      ...unusable.map(({ code, message, hint, range }) =>
        problem(code, message, { hint, place: range === null ? beginningOf(file) : placeOf(range) }),
      ),
    );
  const written = contents as JsonObject;
  const value = withProfile(written, file, profile);
  if (!value.ok) return value;
  return success({
    value: value.value,
    written,
    place: placing(file, rangesAt, profile, placeOf),
  });
}

type PlaceOf = (range: readonly [number, number, number?]) => Place;

function syntaxProblem({ message, pos }: YAMLError, placeOf: PlaceOf): Diagnostic {
  // The parser recurses, and reports the end of the stack as a mistake in the text.
  const isTooDeep = message.includes('call stack');
  return problem('config/yaml-syntax', isTooDeep ? tooDeep.message : message.replace(/\s+/g, ' '), {
    place: placeOf(pos),
  });
}

/** The value with the profile laid over it. */
function withProfile(base: JsonObject, file: string, profile: string | null): Result<JsonObject> {
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
  rangesAt: (path: Path) => Ranges | null,
  profile: string | null,
  placeOf: PlaceOf,
): ConfigDocument['place'] {
  const inEffect = (path: Path): Ranges | null =>
    (profile === null ? null : rangesAt(['profiles', profile, ...path])) ?? rangesAt(path);
  return (path, mark = 'value') => {
    for (let length = path.length; length > 0; length--) {
      const found = inEffect(path.slice(0, length));
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

/** Mappings are merged key by key, everything else is replaced; null in the overlay removes a key. */
function overlaid(base: Json | undefined, overlay: Json): Json {
  if (!isJsonObject(base) || !isJsonObject(overlay)) return overlay;
  const kept = Object.entries(base).filter(([key]) => !Object.hasOwn(overlay, key) || overlay[key] !== null);
  const merged = new Map<string, Json>(kept);
  for (const [key, value] of Object.entries(overlay))
    if (value !== null) merged.set(key, overlaid(merged.get(key), value));
  return Object.fromEntries(merged);
}
