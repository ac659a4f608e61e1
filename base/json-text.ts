import type { Json } from './json.ts';
import type { JsonMistake } from './json-mistakes.ts';
import { afterItem, atKey, atText, atValue, behindEnd, noColon, twice } from './json-mistakes.ts';
import { deepestNesting } from './nesting.ts';

export type JsonText =
  | { readonly type: 'value'; readonly value: Json }
  /** The first mistake in the syntax, or every key that occurs twice in its object; at least one. */
  | { readonly type: 'mistakes'; readonly mistakes: readonly JsonMistake[] };

/**
 * Parses JSON (RFC 8259) that a person wrote: unlike `JSON.parse` it knows where mistakes are and what they look like, and takes a
 * key that is there twice for one. A byte order mark is skipped.
 */
export function parseJsonText(text: string): JsonText {
  const reading: Reading = { text, at: text.startsWith('\ufeff') ? 1 : 0, repeated: [] };
  try {
    const value = valueAt(reading, 0);
    skipSpace(reading);
    if (reading.at < text.length) throw new Stopped(behindEnd(text, reading.at));
    if (reading.repeated.length > 0) return { type: 'mistakes', mistakes: reading.repeated };
    return { type: 'value', value };
  } catch (error) {
    if (error instanceof Stopped) return { type: 'mistakes', mistakes: [error.mistake] };
    throw error;
  }
}

interface Reading {
  readonly text: string;
  at: number;
  readonly repeated: JsonMistake[];
}

/** Ends the parsing from within its recursion. */
class Stopped extends Error {
  constructor(readonly mistake: JsonMistake) {
    super(mistake.what);
  }
}

function valueAt(reading: Reading, depth: number): Json {
  skipSpace(reading);
  const { text, at } = reading;
  if (depth > deepestNesting)
    throw new Stopped({ what: `is nested in more than ${deepestNesting} levels`, from: at, to: at + 1 });
  switch (text[at]) {
    case '{':
      return objectAt(reading, depth);
    case '[':
      return listAt(reading, depth);
    case '"':
      return textAt(reading);
    default: {
      const [word] = matchAt(scalar, reading) ?? [];
      if (word === undefined) throw new Stopped(atValue(text, at));
      return JSON.parse(word) as Json;
    }
  }
}

function objectAt(reading: Reading, depth: number): Json {
  const members = new Map<string, Json>();
  const places = new Map<string, number>();
  itemsAt(reading, '}', () => {
    const from = reading.at;
    if (reading.text[from] !== '"') throw new Stopped(atKey(reading.text, from));
    const key = textAt(reading);
    const to = reading.at;
    skipSpace(reading);
    if (reading.text[reading.at] !== ':') throw new Stopped(noColon(reading.text, reading.at, { from, to }));
    reading.at += 1;
    const before = places.get(key);
    if (before === undefined) places.set(key, from);
    else reading.repeated.push(twice(reading.text, key, before, { from, to }));
    members.set(key, valueAt(reading, depth + 1));
  });
  return Object.fromEntries(members);
}

function listAt(reading: Reading, depth: number): Json {
  const items: Json[] = [];
  itemsAt(reading, ']', () => {
    items.push(valueAt(reading, depth + 1));
  });
  return items;
}

/** Reads items with commas between them, up to the closing bracket. */
function itemsAt(reading: Reading, closing: '}' | ']', item: () => void): void {
  reading.at += 1;
  skipSpace(reading);
  if (reading.text[reading.at] === closing) {
    reading.at += 1;
    return;
  }
  for (;;) {
    item();
    const end = reading.at;
    skipSpace(reading);
    const mark = reading.text[reading.at];
    if (mark !== ',' && mark !== closing)
      throw new Stopped(afterItem(reading.text, reading.at, end, closing));
    reading.at += 1;
    if (mark === closing) return;
    skipSpace(reading);
  }
}

function textAt(reading: Reading): string {
  const found = matchAt(quoted, reading);
  if (found === null) throw new Stopped(atText(reading.text, reading.at));
  return JSON.parse(found[0]) as string;
}

const plain = String.raw`[^"\\\u0000-\u001f]*`;
const escape = String.raw`\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`;
const quoted = new RegExp(`"${plain}(?:${escape}${plain})*"`, 'y');
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const space = /[ \t\r\n]*/y;

function matchAt(pattern: RegExp, reading: Reading): RegExpExecArray | null {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text);
  if (found !== null) reading.at += found[0].length;
  return found;
}

function skipSpace(reading: Reading): void {
  matchAt(space, reading);
}
