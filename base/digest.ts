import { hash } from 'node:crypto';
import type { Json } from './json.ts';

/** sha256 in lower-case hex. */
export type Digest = string;

/** sha256 of bytes or UTF-8 text. */
export function sha256(content: string | Uint8Array): Digest {
  return hash('sha256', content);
}

/** JSON with sorted keys and no spaces: equal values have equal text. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  let members = '';
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** Whether two JSON values are equal, regardless of the order of their keys. */
export function sameJson(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
