import { isAlias, isScalar } from 'yaml';
import type { Node, Range } from 'yaml';
import { deepestNesting } from '../../base/nesting.ts';

/** Something that YAML can express and a pipeline file cannot contain. */
export interface Unusable {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly range: Range | null;
}

export const tooDeep = {
  code: 'config/yaml-syntax',
  message: `nested in more than ${deepestNesting} levels`,
} as const;

/** What is wrong with a key: it is a text, a number or a truth value, and no name that JavaScript gives a meaning. */
export function inKey(key: Node): readonly Unusable[] {
  const range = key.range ?? null;
  if (!isScalar<string | number | boolean | null>(key) || key.value === null) {
    const message = `a key is a word, not ${isScalar(key) ? 'nothing' : isAlias(key) ? 'an alias' : 'a list or a mapping'}`;
    return [{ code: 'config/yaml-syntax', message, range }];
  }
  const name = String(key.value);
  if (name !== '__proto__') return inScalar(name, range);
  return [
    {
      code: 'config/bad-name',
      message: `"${name}" cannot be a name`,
      hint: 'it has a meaning of its own in JavaScript; choose another name',
      range,
    },
  ];
}

/** What is wrong with a value that is neither a list nor a mapping. */
export function inScalar(value: unknown, range: Range | null): readonly Unusable[] {
  if (typeof value === 'string' && value.includes('\0'))
    return [
      {
        code: 'config/bad-value',
        message: 'a text contains a NUL character',
        hint: 'no operating system accepts one in a command, a name or a path',
        range,
      },
    ];
  if (typeof value === 'number' && !Number.isFinite(value))
    return [{ code: 'config/bad-value', message: 'a number is not finite', range }];
  return [];
}
