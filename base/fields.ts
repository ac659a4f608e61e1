import { isJsonObject } from './json.ts';
import { Refusal } from './refusal.ts';

/** JSON from outside the program: a field that is missing or has another type is refused with `code`. */
export interface Fields {
  readonly text: (name: string) => string;
  readonly textOrNull: (name: string) => string | null;
  /** A safe integer of at least 0. */
  readonly count: (name: string) => number;
  readonly countOrNull: (name: string) => number | null;
  /** A finite number of at least 0. */
  readonly amount: (name: string) => number;
  readonly flag: (name: string) => boolean;
  readonly object: (name: string) => Fields;
  readonly objects: (name: string) => readonly Fields[];
  readonly texts: (name: string) => readonly string[];
  readonly counts: (name: string) => readonly number[];
  readonly names: () => readonly string[];
  readonly has: (name: string) => boolean;
}

/** Wraps a parsed JSON value; refuses anything but an object. `what` appears in messages. */
export function fieldsOf(value: unknown, what: string, code: string): Fields {
  if (!isJsonObject(value)) throw new Refusal(code, `${what} is not a JSON object`);

  const record = value as Readonly<Record<string, unknown>>;
  const own = (name: string): unknown => (Object.hasOwn(record, name) ? record[name] : undefined);
  const wanted =
    <T>(accepts: (candidate: unknown) => candidate is T, description: string) =>
    (name: string): T => {
      const candidate = own(name);
      if (accepts(candidate)) return candidate;
      throw new Refusal(code, `${what}: "${name}" is not ${description}`);
    };
  const array = wanted((v) => Array.isArray(v), 'an array');
  return {
    text: wanted(isText, 'a text'),
    textOrNull: wanted((v) => v === null || isText(v), 'a text or null'),
    count: wanted(isCount, 'a whole number of at least 0'),
    countOrNull: wanted((v) => v === null || isCount(v), 'a whole number of at least 0 or null'),
    amount: wanted(isAmount, 'a number of at least 0'),
    flag: wanted((v) => typeof v === 'boolean', 'true or false'),
    object: (name) => fieldsOf(own(name), `${what}: "${name}"`, code),
    objects: (name) => array(name).map((item, n) => fieldsOf(item, `${what}: "${name}"[${n}]`, code)),
    texts: wanted((v): v is readonly string[] => Array.isArray(v) && v.every(isText), 'an array of texts'),
    counts: wanted(
      (v): v is readonly number[] => Array.isArray(v) && v.every(isCount),
      'an array of whole numbers',
    ),
    names: () => Object.keys(record),
    has: (name) => own(name) !== undefined,
  };
}

/** As `fieldsOf`, from the text of a JSON document. */
export function parseFields(text: string, what: string, code: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(code, `${what} is not JSON`);
  }
  return fieldsOf(value, what, code);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isAmount = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;
