import { isMap } from 'yaml';
import type { Place } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { tooDeepAt } from './depth.ts';
import type { Path, Ranges } from './nodes.ts';
import { readNodes } from './nodes.ts';
import { withProfile } from './overlays.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Setting } from './settings.ts';
import { reach, withSettings } from './settings.ts';
import { firstMistake } from './syntax.ts';
import { tooDeep } from './unusable.ts';

/** A parsed pipeline.yaml with one profile and settings of the command line laid over it; places always point to the text that took effect. */
export interface ConfigDocument {
  readonly value: JsonObject;
  /** The value without anything laid over it. */
  readonly written: JsonObject;
  readonly place: (path: Path, mark?: 'key' | 'value') => Place;
}

/**
 * Parses the text, which is YAML 1.2 and so may be JSON; returns syntax errors, duplicate keys, whatever JSON cannot express,
 * an unknown profile and settings (`PATH=VALUE`) that cannot be read as diagnostics.
 */
export function readDocument(
  file: string,
  text: string,
  profile: string | null,
  set: readonly string[] = [],
): Result<ConfigDocument> {
  const deep = tooDeepAt(text);
  if (deep !== null) {
    const before = text.slice(0, deep).split('\n');
    const place = { file, line: before.length, column: (before.at(-1) ?? '').length + 1, length: 1 };
    return failure(problem(tooDeep.code, tooDeep.message, { place }));
  }
  const parsed = parseYaml(text);
  const { document, lines } = parsed;
  const placeOf = ([from, to]: readonly [number, number, number?]): Place => {
    const start = lines.linePos(from);
    const length = Math.max(1, (text.slice(from, to).split('\n')[0] ?? '').trimEnd().length);
    return { file, line: start.line, column: start.col, length };
  };
  const mistake = firstMistake(text, parsed);
  if (mistake !== null) {
    const { message, hint, range } = mistake;
    return failure(problem('config/yaml-syntax', message, { hint, place: placeOf(range) }));
  }
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
  const section = rangesAt(['profiles'])?.key ?? null;
  const profiled = withProfile(written, profile, section === null ? beginningOf(file) : placeOf(section));
  if (!profiled.ok) return profiled;
  const laid = withSettings(profiled.value, set);
  if (!laid.ok) return laid;
  const { value, settings } = laid.value;
  return success({ value, written, place: placing(file, rangesAt, { profile, settings }, placeOf) });
}

type PlaceOf = (range: readonly [number, number, number?]) => Place;

interface Overlays {
  readonly profile: string | null;
  readonly settings: readonly Setting[];
}

/** The place of a path is that of the layer that took effect; if the path is nowhere, that of the longest part of it. */
function placing(
  file: string,
  rangesAt: (path: Path) => Ranges | null,
  { profile, settings }: Overlays,
  placeOf: PlaceOf,
): ConfigDocument['place'] {
  const inEffect = (path: Path): Ranges | null =>
    (profile === null ? null : rangesAt(['profiles', profile, ...path])) ?? rangesAt(path);
  const given = (path: Path, how: ReturnType<typeof reach>): Place | null => {
    const setting = settings.findLast((each) => reach(each, path) === how);
    return setting === undefined ? null : { file: `--set ${setting.text}` };
  };
  return (path, mark = 'value') => {
    for (let length = path.length; length > 0; length--) {
      const part = path.slice(0, length);
      const found = inEffect(part);
      const isKeyMeant = mark === 'key' || length < path.length || found?.isMapping === true;
      const range = isKeyMeant ? (found?.key ?? found?.value) : found?.value;
      const place =
        given(part, 'gives') ??
        (range === null || range === undefined ? given(part, 'leads') : placeOf(range));
      if (place !== null) return place;
    }
    return beginningOf(file);
  };
}

function beginningOf(file: string): Place {
  return { file, line: 1, column: 1 };
}
