import { problem } from '../../base/diagnostic.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { Failure, Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import { nameHint } from '../../base/suggest.ts';
import type { Path } from './nodes.ts';
import { readNodes } from './nodes.ts';
import { overlaid } from './overlays.ts';
import { parseYaml } from './parse-yaml.ts';
import { profileSections } from './schema.ts';
import { firstMistake } from './syntax.ts';

/** A value that the command line lays over the file. */
export interface Setting {
  /** As given: `PATH=VALUE`. */
  readonly text: string;
  readonly path: Path;
  readonly value: Json;
}

/**
 * Lays settings over the value of a file, one after the other, as a profile would. A path begins with a stage or with a section
 * that a profile may hold, which wins; `stages.NAME` always is the stage. The value is YAML in one line.
 */
export function withSettings(
  base: JsonObject,
  texts: readonly string[],
): Result<{ readonly value: JsonObject; readonly settings: readonly Setting[] }> {
  let value = base;
  const settings: Setting[] = [];
  for (const text of texts) {
    const setting = readSetting(text, value);
    if (!setting.ok) return setting;
    settings.push(setting.value);
    value = overlaid(value, nested(setting.value)) as JsonObject;
  }
  return success({ value, settings });
}

/** Whether a setting gives a value at a path, or only leads to one below it; null if it has nothing to do with the path. */
export function reach({ path, value }: Setting, asked: Path): 'gives' | 'leads' | null {
  const isSame = (step: string | number, index: number): boolean => String(path[index]) === String(step);
  if (asked.length < path.length) return asked.every(isSame) ? 'leads' : null;
  if (!path.every((step, index) => String(asked[index]) === String(step))) return null;
  let at: Json | undefined = value;
  for (const step of asked.slice(path.length)) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, step)) return null;
    at = (at as { readonly [key: string]: Json })[step];
  }
  return 'gives';
}

function readSetting(text: string, base: JsonObject): Result<Setting> {
  const equals = text.indexOf('=');
  const written = equals < 0 ? text : text.slice(0, equals);
  const valueText = equals < 0 ? '' : text.slice(equals + 1).trim();
  if (valueText === '')
    return refused(text, 'it gives no value', 'PATH=VALUE, such as build.with.x=3; null removes a key');
  const path = pathOf(written.split('.'), base);
  if (path === null) return refused(text, ...unknownPath(written, base));
  const list = listOn(path, base);
  if (list !== null)
    return refused(
      text,
      `"${list.join('.')}" is a list`,
      `it is replaced as a whole: --set ${list.join('.')}=[…]`,
    );
  const value = valueOf(valueText);
  return value.ok ? success({ text, path, value: value.value }) : refused(text, value.why);
}

/** Null if it begins with nothing that the file has or could have. */
function pathOf(steps: readonly string[], { stages }: JsonObject): Path | null {
  const [first = ''] = steps;
  if (steps.some((step) => step === '' || step === '__proto__')) return null;
  if (profileSections.includes(first)) return steps;
  return isJsonObject(stages) && Object.hasOwn(stages, first) ? ['stages', ...steps] : null;
}

function unknownPath(written: string, { stages }: JsonObject): readonly [string, string] {
  const [first = ''] = written.split('.');
  const known = [...(isJsonObject(stages) ? Object.keys(stages) : []), ...profileSections];
  return known.includes(first)
    ? [`"${written}" is not a path`, 'names with dots between them, such as build.with.x']
    : [`there is no stage and no section "${first}"`, nameHint(first, known)];
}

/** The beginning of a path that is a list, and so has nothing below it that a path could name. */
function listOn(path: Path, base: JsonObject): Path | null {
  let at: Json | undefined = base;
  for (const [index, step] of path.entries()) {
    if (Array.isArray(at)) return path.slice(0, index);
    at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return null;
}

function valueOf(
  text: string,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly why: string } {
  const parsed = parseYaml(text);
  const { document } = parsed;
  const mistake = firstMistake(text, parsed);
  if (mistake !== null) return { ok: false, why: mistake.message };
  if (document.contents === null) return { ok: false, why: 'it gives no value' };
  const { value, unusable } = readNodes(document.contents);
  const [first] = unusable;
  return first === undefined ? { ok: true, value } : { ok: false, why: first.message };
}

function nested({ path, value }: Setting): Json {
  return path.reduceRight<Json>((inner, step) => ({ [step]: inner }), value);
}

function refused(text: string, why: string, hint?: string): Failure {
  return failure(problem('usage/bad-set', `--set ${text}: ${why}`, { hint }));
}
