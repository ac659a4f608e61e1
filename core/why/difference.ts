import { sameJson } from '../../base/digest.ts';
import type { ActionSpec } from '../contracts/types.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import { member } from '../../base/member.ts';

/** One field that differs; `before` or `after` is absent if the field did not exist. */
export interface FieldChange {
  /** Such as `folding MVAU_hls_1.PE`, `target.clockMHz`, `recipe`. */
  readonly field: string;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * Every field in which two specs differ, except their inputs and what is under a name that is left out. If another kind does
 * the work, every field differs and none is a cause: the only change is with what it is done.
 */
export function specDifference(
  before: ActionSpec,
  after: ActionSpec,
  isLeftOut: (name: string) => boolean = () => false,
): readonly FieldChange[] {
  if (before.kind !== after.kind) return [otherKind(before, after)];
  const comparable = ({ inputs: _inputs, ...rest }: ActionSpec) => rest as unknown as JsonObject;
  return difference(comparable(before), comparable(after), [], isLeftOut);
}

/** Names of the input ports whose contents differ. */
export function changedInputs(before: ActionSpec, after: ActionSpec): readonly string[] {
  // Another kind has inputs of its own, under other names.
  const isShared = (port: string): boolean =>
    before.kind === after.kind || (Object.hasOwn(before.inputs, port) && Object.hasOwn(after.inputs, port));
  const ports = new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)]);
  return [...ports]
    .filter(isShared)
    .filter(
      (port) =>
        !sameJson(
          (member(before.inputs, port) ?? null) as Json,
          (member(after.inputs, port) ?? null) as Json,
        ),
    );
}

function otherKind(before: ActionSpec, after: ActionSpec): FieldChange {
  const [was, is] = [toolsOf(before), toolsOf(after)];
  return was === is || was === '' || is === ''
    ? { field: 'kind', before: before.kind, after: after.kind }
    : { field: 'made with', before: was, after: is };
}

/** `vivado 2022.2`. */
function toolsOf({ tools }: ActionSpec): string {
  return Object.entries(tools)
    .map(([tool, version]) => `${tool} ${version}`)
    .join(', ');
}

/**
 * `folding MVAU_hls_1.PE 8 → 16`; for long texts the part around the first difference. Of something large that is only there
 * before or after, `boards zed1 removed`.
 */
export function formatChange({ field, before, after }: FieldChange): string {
  if (before === undefined && isLarge(after)) return `${field} added`;
  if (after === undefined && isLarge(before)) return `${field} removed`;
  const [was, is] = [shown(before), shown(after)];
  let same = 0;
  while (same < Math.min(was.length, is.length) && was[same] === is[same]) same++;
  const from = Math.max(was.length, is.length) <= longest ? 0 : Math.max(0, same - context);
  return `${field} ${excerpt(was, from)} → ${excerpt(is, from)}`;
}

const longest = 60;
const context = 15;

function isLarge(value: Json | undefined): boolean {
  return value !== null && typeof value === 'object' && shown(value).length > longest;
}

function difference(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly string[],
  isLeftOut: (name: string) => boolean,
): readonly FieldChange[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys
      .filter((key) => !isLeftOut(key))
      .flatMap((key) => difference(member(before, key), member(after, key), [...path, key], isLeftOut));
  }
  const [was, is] = [byName(before), byName(after)];
  if (was !== null && is !== null) return namedDifference(was, is, path, isLeftOut);
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((element: Json, index) =>
      difference(element, after[index] as Json, [...path, String(index)], isLeftOut),
    );
  if (before !== undefined && after !== undefined && sameJson(before, after)) return [];
  if (before === undefined && after === undefined) return [];
  return [
    {
      field: fieldName(path),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}

/** The elements of a list of records with names, such as boards; null for anything else, or if two have the same name. */
function byName(list: Json | undefined): ReadonlyMap<string, Json> | null {
  if (!Array.isArray(list)) return null;
  const elements = list as readonly Json[];
  const named = new Map<string, Json>();
  for (const element of elements) {
    const name = isJsonObject(element) ? member(element, 'name') : undefined;
    if (typeof name === 'string') named.set(name, element);
  }
  return named.size === elements.length ? named : null;
}

function namedDifference(
  before: ReadonlyMap<string, Json>,
  after: ReadonlyMap<string, Json>,
  path: readonly string[],
  isLeftOut: (name: string) => boolean,
): readonly FieldChange[] {
  const was = [...before.keys()].filter((name) => after.has(name));
  const is = [...after.keys()].filter((name) => before.has(name));
  return [
    ...(sameJson(was, is) ? [] : [{ field: fieldName(path), before: was, after: is }]),
    ...[...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
      difference(before.get(name), after.get(name), [...path, name], isLeftOut),
    ),
  ];
}

/** A parameter is named by itself, its contents by a dotted path. */
function fieldName(path: readonly string[]): string {
  if (path[0] !== 'params' || path.length < 2) return path.join('.');
  return [path[1], path.slice(2).join('.')].filter((part) => part !== '').join(' ');
}

function shown(value: Json | undefined): string {
  if (value === undefined) return '(none)';
  // A line break or another control character would break the single line of a change.
  return typeof value === 'string' && !/\p{Cc}/u.test(value) ? value : JSON.stringify(value);
}

function excerpt(text: string, from: number): string {
  const end = text.length - from > longest ? `${text.slice(from, from + longest - 1)}…` : text.slice(from);
  return from > 0 ? `…${end}` : end;
}
