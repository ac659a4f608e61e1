import type { ErrorObject } from 'ajv';
import { nameHint, nearest } from '../../base/suggest.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Validator } from '../contracts/registry.ts';
import type { ConfigDocument, Path } from './document.ts';

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
  return errors.map((error) => describe(error, document, base));
}

function describe(error: ErrorObject, document: ConfigDocument, base: Path): Diagnostic {
  const path: Path = [...base, ...error.instancePath.split('/').slice(1).map(unescape)];
  const where = path.length === 0 ? 'the file' : `"${path.join('.')}"`;
  const diagnostic = (
    code: string,
    message: string,
    hint: string | undefined,
    at: Path,
    what: 'key' | 'value',
  ) =>
    ({
      code,
      severity: 'error',
      message,
      place: document.place(at, what),
      ...(hint === undefined ? {} : { hint }),
    }) as const;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      return diagnostic(
        'config/unknown-key',
        `unknown key "${key}" in ${where}`,
        nameHint(key, known),
        [...path, key],
        'key',
      );
    }
    case 'required': {
      const key = String(error.params['missingProperty']);
      return diagnostic(
        'config/missing-key',
        `${where} has no "${key}"`,
        propertyHint(error, key),
        path,
        'key',
      );
    }
    case 'enum': {
      const allowed = (error.params['allowedValues'] as unknown[]).map(String);
      const given = String(error.data);
      return diagnostic(
        'config/unknown-value',
        `${where}: "${given}" is not known`,
        nameHint(given, allowed),
        path,
        'value',
      );
    }
    case 'const':
      return diagnostic(
        'config/unknown-value',
        `${where} is ${JSON.stringify(error.data)}, must be ${JSON.stringify(error.params['allowedValue'])}`,
        undefined,
        path,
        'value',
      );
    case 'type': {
      const wanted = [error.params['type'] as string | string[]].flat().join(' or ');
      return diagnostic(
        'config/wrong-type',
        `${where} must be ${article(wanted)}`,
        describedAs(error),
        path,
        'value',
      );
    }
    case 'not': {
      const hint = describedAs(error);
      return diagnostic(
        'config/bad-name',
        `"${error.propertyName}" cannot be set here`,
        hint,
        [...path, error.propertyName ?? ''],
        'key',
      );
    }
    case 'pattern':
      if (error.propertyName !== undefined) {
        const hint = 'letters, digits, _ and -, beginning with a letter';
        return diagnostic(
          'config/bad-name',
          `"${error.propertyName}" is no name`,
          hint,
          [...path, error.propertyName],
          'key',
        );
      }
      return diagnostic(
        'config/bad-value',
        `${where}: "${String(error.data)}" is malformed`,
        describedAs(error),
        path,
        'value',
      );
    default:
      return diagnostic(
        'config/bad-value',
        `${where} ${error.message ?? 'is not valid'}`,
        describedAs(error),
        path,
        'value',
      );
  }
}

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

/** Says what a missing key means, or points at a mistyped one that stands in its place. */
function propertyHint(error: ErrorObject, key: string): string | undefined {
  const mistyped = nearest(key, Object.keys((error.data as object | null) ?? {}));
  if (mistyped !== null) return `"${mistyped}" stands there instead`;
  const properties = error.parentSchema?.['properties'] as
    Record<string, { description?: string }> | undefined;
  return properties?.[key]?.description;
}
