/** A mistake in a JSON text. */
export interface JsonMistake {
  /** A clause with the file as its subject. */
  readonly what: string;
  readonly hint?: string;
  /** Offsets of the first character that is wrong and of the one behind the last. */
  readonly from: number;
  readonly to: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The mistake where a value should begin. */
export function atValue(text: string, at: number): JsonMistake {
  const common = anywhere(text, at) ?? trailingComma(text, at);
  if (common !== null) return common;
  const { word, span } = wordAt(text, at);
  if (/^[+.\d-]/.test(word)) return invalid(`${word} is not a number of JSON`, span, numberHint);
  const meant = ({ True: 'true', False: 'false', None: 'null', undefined: 'null' } as const)[word];
  const hint = meant === undefined ? valueHint : `write ${meant}`;
  return invalid(`${word} is not a value of JSON`, span, hint);
}

/** The mistake where a key should begin. */
export function atKey(text: string, at: number): JsonMistake {
  const common = anywhere(text, at) ?? trailingComma(text, at);
  if (common !== null) return common;
  const { word, span } = wordAt(text, at);
  return invalid(`the key ${word} is not in double quotes`, span, `write "${word}"`);
}

/** The mistake behind a key that no colon follows. */
export function noColon(text: string, at: number, key: Span): JsonMistake {
  const common = anywhere(text, at);
  return common ?? invalid(`no colon follows the key ${text.slice(key.from, key.to)}`, key);
}

/** The mistake behind an item, which ended at `end`, that neither a comma nor the closing bracket follows. */
export function afterItem(text: string, at: number, end: number, closing: string): JsonMistake {
  const common = anywhere(text, at);
  if (common !== null) return common;
  if (/["{[\w-]/.test(text[at] ?? '')) return invalid('a comma is missing', { from: end - 1, to: end });
  return invalid(`"," or "${closing}" is missing`, { from: at, to: at + 1 });
}

/** The mistake of a text in double quotes. */
export function atText(text: string, at: number): JsonMistake {
  const [begun = '"'] = /"(?:[^"\\\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/.exec(text.slice(at)) ?? [];
  const to = at + begun.length;
  if (text[to] === '\\')
    return invalid(
      `${text.slice(to, to + 2)} has no meaning in a text`,
      { from: to, to: to + 2 },
      'write a backslash as \\\\',
    );
  const control = begun.search(controlCharacter);
  if (control >= 0)
    return invalid(
      'a text holds a control character',
      { from: at + control, to: at + control + 1 },
      'write a tab as \\t',
    );
  return invalid('a text has no closing quote', { from: at, to });
}

/** The mistake of more behind the end of the value. */
export function behindEnd(text: string, at: number): JsonMistake {
  return anywhere(text, at) ?? invalid('more follows behind its end', wordAt(text, at).span);
}

/** The mistake of a key that an object has twice, first at `before`. */
export function twice(text: string, key: string, before: number, span: Span): JsonMistake {
  const { line, column } = positionAt(text, before);
  return {
    what: `has the key ${JSON.stringify(key)} twice, first at ${line}:${column}`,
    hint: 'keep one of them: which one counts would differ between programs',
    ...span,
  };
}

/** The line and column of an offset, counted from 1; a byte order mark takes no column. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(text.startsWith('\ufeff') ? 1 : 0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const controlCharacter = new RegExp(String.raw`[\u0000-\u001f]`);
const valueHint = 'values are texts in double quotes, numbers, true, false, null, lists and objects';
const numberHint = 'write it as 4, -4 or 0.5';

/** Mistakes that can be at any place between the parts of a value. */
function anywhere(text: string, at: number): JsonMistake | null {
  if (at >= text.length)
    return invalid('it ends too early', { from: at, to: at }, 'a bracket or a quote is not closed');
  const [comment] = /^(?:\/\/|#)[^\n]*|^\/\*[^]*?(?:\*\/|$)/.exec(text.slice(at)) ?? [];
  if (comment !== undefined)
    return invalid('JSON has no comments', { from: at, to: at + comment.length }, 'remove it');
  if (text[at] === "'")
    return invalid('JSON has no single quotes', { from: at, to: at + 1 }, 'write double quotes');
  return null;
}

/** A closing bracket where a value or a key should begin. */
function trailingComma(text: string, at: number): JsonMistake | null {
  if (!/[}\]]/.test(text[at] ?? '')) return null;
  const comma = text.slice(0, at).trimEnd().length - 1;
  if (text[comma] !== ',') return invalid('a value is missing', { from: at, to: at + 1 });
  return invalid('JSON has no comma behind the last item', { from: comma, to: comma + 1 }, 'remove it');
}

function wordAt(text: string, at: number): { readonly word: string; readonly span: Span } {
  const [word = text.slice(at, at + 1)] = /^[\w$.+-]+/.exec(text.slice(at)) ?? [];
  return { word, span: { from: at, to: at + word.length } };
}

function invalid(what: string, { from, to }: Span, hint?: string): JsonMistake {
  return { what: `is not valid JSON: ${what}`, from, to, ...(hint === undefined ? {} : { hint }) };
}
