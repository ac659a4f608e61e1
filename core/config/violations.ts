import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { member } from '../../base/member.ts';
import { nameHint, nearest } from '../../base/suggest.ts';
import type { Validator } from '../contracts/registry.ts';
import type { ConfigDocument } from './document.ts';
import type { Path } from './nodes.ts';
import { onePerKey } from './one-per-key.ts';

/** Checks a value against a compiled schema; each violation becomes a diagnostic at its place below `base`. */
export function violations(
  validator: Validator,
  value: unknown,
  document: ConfigDocument,
  base: Path,
): readonly Diagnostic[] {
  if (validator(value)) return [];
  const errors = (validator.errors ?? []).filter(
    ({ keyword }) => keyword !== 'if' && keyword !== 'propertyNames',
  );
  return chosen(errors).map((error) => describe(error, document, base));
}

/**
 * Of the errors of a choice (`anyOf`) only those of the alternative that has the type of the value; if none has, only the error
 * that no alternative matches.
 */
function chosen(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf');
  const choiceOf = ({ schemaPath }: ErrorObject): ErrorObject | undefined =>
    choices.find((choice) => schemaPath.startsWith(`${choice.schemaPath}/`));
  const isWithin = (error: ErrorObject, choice: ErrorObject): boolean =>
    error.instancePath !== choice.instancePath || !['enum', 'const', 'type'].includes(error.keyword);
  return errors.filter((error) => {
    if (choices.includes(error))
      return !errors.some((other) => choiceOf(other) === error && isWithin(other, error));
    const choice = choiceOf(error);
    return choice === undefined || isWithin(error, choice);
  });
}

/** A violation: its place below the checked value, and whether its key or its value is at fault. */
interface Description {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly below?: string;
  /** Keys below the checked value of which only one may be given: the last is marked, the hint has the lines of all. */
  readonly places?: readonly string[];
  readonly mark?: 'key' | 'value';
}

function describe(error: ErrorObject, document: ConfigDocument, base: Path): Diagnostic {
  const path: Path = [...base, ...error.instancePath.split('/').slice(1).map(unescape)];
  const where = path.length === 0 ? 'the file' : `"${path.join('.')}"`;
  const describer = describers[error.keyword] ?? otherwise;
  const { code, message, hint, below, places = [], mark = 'value' } = describer(error, where);
  const found = places
    .map((key) => ({ key, place: document.place([...path, key], 'key') }))
    .sort((a, b) => (a.place.line ?? Infinity) - (b.place.line ?? Infinity));
  const last = found.at(-1);
  if (last !== undefined) {
    const lines = found.map(({ key, place: { line } }) =>
      line === undefined ? key : `${key} (line ${line})`,
    );
    return problem(code, message, { place: last.place, hint: `keep one of ${lines.join(' and ')}` });
  }
  const place = document.place(below === undefined ? path : [...path, below], mark);
  return problem(code, message, { place, hint });
}

type Describer = (error: ErrorObject, where: string) => Description;

/** By JSON Schema keyword. */
const describers: { readonly [keyword: string]: Describer } = {
  additionalProperties(error, where) {
    const key = String(error.params['additionalProperty']);
    const hint = nameHint(key, Object.keys(propertiesOf(error)));
    return {
      code: 'config/unknown-key',
      message: `unknown key "${key}" in ${where}`,
      hint,
      below: key,
      mark: 'key',
    };
  },
  required(error, where) {
    const key = String(error.params['missingProperty']);
    const hint = propertyHint(error, key);
    return { code: 'config/missing-key', message: `${where} has no "${key}"`, hint, mark: 'key' };
  },
  enum(error, where) {
    const allowed = error.params['allowedValues'] as readonly unknown[];
    if (typeof error.data === 'object' && allowed.every((value) => typeof value === 'string'))
      return wrongType(error, where, 'string', `known: ${allowed.join(', ')}`);
    const given = String(error.data);
    const hint = nameHint(given, allowed.map(String));
    return { code: 'config/unknown-value', message: `${where}: "${given}" is not known`, hint };
  },
  anyOf(error, where) {
    const given = typeof error.data === 'string' ? error.data : JSON.stringify(error.data);
    return {
      code: 'config/unknown-value',
      message: `${where}: "${given}" is not known`,
      hint: describedAs(error),
    };
  },
  const(error, where) {
    const allowed = JSON.stringify(error.params['allowedValue']);
    return {
      code: 'config/unknown-value',
      message: `${where} is ${JSON.stringify(error.data)}, must be ${allowed}`,
    };
  },
  type(error, where) {
    const types = [error.params['type'] as string | readonly string[]].flat();
    const name = error.instancePath.split('/').at(-1) ?? '';
    const line = types.includes('object') ? onePerKey(unescape(name), error.data, error.parentSchema) : null;
    const about = describedAs(error);
    const hint =
      line === null
        ? (about ?? inQuotes(error.data, types))
        : `such as ${line}${about === undefined ? '' : `. ${about}`}`;
    return wrongType(error, where, types.join(' or '), hint);
  },
  not(error, where) {
    const { propertyName } = error;
    if (propertyName === undefined) return together(error, where);
    const message = `"${propertyName}" cannot be set here`;
    return { code: 'config/bad-name', message, hint: describedAs(error), below: propertyName, mark: 'key' };
  },
  minimum: (error, where) => bound(error, where),
  maximum: (error, where) => bound(error, where),
  exclusiveMinimum: (error, where) => bound(error, where),
  exclusiveMaximum: (error, where) => bound(error, where),
  minProperties: (error, where) => tooShort(error, where),
  minItems: (error, where) => tooShort(error, where),
  minLength: (error, where) => tooShort(error, where),
  pattern(error, where) {
    const { propertyName } = error;
    if (propertyName === undefined)
      return {
        code: 'config/bad-value',
        message: `${where}: "${String(error.data)}" is malformed`,
        hint: describedAs(error),
      };
    const hint = describedAs(error) ?? 'letters, digits, _ and -, beginning with a letter';
    const message = `"${propertyName}" is not a name`;
    return { code: 'config/bad-name', message, hint, below: propertyName, mark: 'key' };
  },
};

/** How to write a number or a truth value that is to be a text. */
function inQuotes(data: unknown, types: readonly string[]): string | undefined {
  const isScalar = typeof data === 'number' || typeof data === 'boolean';
  if (!isScalar || !types.includes('string')) return undefined;
  const quoted = JSON.stringify(String(data));
  return `in quotes it is one: ${quoted}; with --set, '${quoted}'`;
}

function wrongType(
  { data }: ErrorObject,
  where: string,
  wanted: string,
  hint: string | undefined,
): Description {
  const must = `must be ${article(wanted)}`;
  const message = data === null ? `${where} is empty, ${must}` : `${where} ${must}`;
  return { code: 'config/wrong-type', message, hint };
}

/** Keys of which the schema forbids that all are given. */
const together: Describer = (error, where) => {
  const keys = (error.schema as { readonly required?: readonly string[] }).required ?? [];
  if (keys.length === 0) return otherwise(error, where);
  return {
    code: 'config/not-together',
    message: `${keys.map((key) => `"${key}"`).join(' and ')} in ${where} exclude each other`,
    places: keys,
  };
};

/** Bounds of a number. A share of 70 is one of 70 %. */
const bound: Describer = (error, where) => {
  const { comparison, limit } = error.params as { readonly comparison: string; readonly limit: number };
  const given = error.data as number;
  const words =
    { '<=': 'at most', '>=': 'at least', '<': 'less than', '>': 'more than' }[comparison] ?? comparison;
  const isPercentage =
    limit === 1 && comparison === '<=' && given <= 100 && error.parentSchema?.['type'] === 'number';
  return {
    code: 'config/bad-value',
    message: `${where} is ${given}, must be ${words} ${limit}`,
    hint: isPercentage ? `did you mean ${given / 100}?` : describedAs(error),
  };
};

/** A text, list or mapping with nothing in it. */
const tooShort: Describer = (error, where) => {
  const { limit } = error.params as { readonly limit: number };
  if (limit !== 1) return otherwise(error, where);
  return { code: 'config/bad-value', message: `${where} is empty`, hint: describedAs(error) };
};

const otherwise: Describer = (error, where) => ({
  code: 'config/bad-value',
  message: `${where} ${error.message ?? 'is not valid'}`,
  hint: describedAs(error),
});

function unescape(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function article(type: string): string {
  return type === 'object'
    ? 'a mapping'
    : type === 'array'
      ? 'a list'
      : /^[aeiou]/.test(type)
        ? `an ${type}`
        : `a ${type}`;
}

function describedAs(error: ErrorObject): string | undefined {
  return error.parentSchema?.['description'] as string | undefined;
}

/** Describes a missing key, or points to a mistyped one found instead. */
function propertyHint(error: ErrorObject, key: string): string | undefined {
  const mistyped = nearest(key, Object.keys((error.data as object | null) ?? {}));
  if (mistyped !== null) return `"${mistyped}" was found instead`;
  const property = member(propertiesOf(error), key);
  return property?.const === undefined
    ? property?.description
    : `add ${key}: ${JSON.stringify(property.const)}`;
}

function propertiesOf({ parentSchema }: ErrorObject): {
  readonly [key: string]: { readonly description?: string; readonly const?: unknown };
} {
  return (parentSchema?.['properties'] ?? {}) as {
    readonly [key: string]: { readonly description?: string; readonly const?: unknown };
  };
}
