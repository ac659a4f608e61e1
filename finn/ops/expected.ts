import { datatypeNames, isDatatype } from '../datatype.ts';
import type { AttributeRule } from './attributes.ts';

/** A readable list of the values that an attribute takes instead of `value`; null if `value` is allowed. */
export function expectedInstead(value: unknown, rule: AttributeRule): string | null {
  if (rule.allowed !== undefined)
    return rule.allowed.some((allowed) => allowed === value)
      ? null
      : rule.allowed.map((allowed) => (allowed === '' ? '""' : String(allowed))).join(', ');

  switch (rule.kind) {
    case 'integer':
      return Number.isSafeInteger(value) ? null : 'integers';
    case 'text':
      return typeof value === 'string' ? null : 'texts';
    case 'datatype':
      return isDatatype(value) ? null : datatypeNames;
    case 'integers':
      return Array.isArray(value) && value.every(Number.isSafeInteger) ? null : 'lists of integers';
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? null
        : 'lists of texts';
    case 'datatypes':
      return Array.isArray(value) && value.every(isDatatype) ? null : `lists of ${datatypeNames}`;
    default:
      return rule.kind satisfies never;
  }
}
