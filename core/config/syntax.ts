import { isScalar, visit } from 'yaml';
import type { Document, LineCounter, YAMLError } from 'yaml';
import type { ParsedYaml } from './parse-yaml.ts';
import { tooDeep } from './unusable.ts';

/** The first mistake in a text that is not YAML, in words for people who do not know how it is parsed. */
export interface SyntaxMistake {
  readonly message: string;
  readonly hint?: string | undefined;
  /** Offsets of the marked part. */
  readonly range: readonly [number, number];
}

/** Null if there is no mistake. Those behind the first mostly follow from it. */
export function firstMistake(text: string, { document, lines, mistakes }: ParsedYaml): SyntaxMistake | null {
  const [first] = mistakes;
  if (first === undefined) return null;
  const page: Page = { text, document, lines };
  const isManyLines = mistakes.some(
    ({ code, pos }) => code === 'MULTILINE_IMPLICIT_KEY' && pos[0] === first.pos[0],
  );
  return (
    (isManyLines ? tooFarIn(first, page) : (inWords[first.code]?.(first, page) ?? null)) ?? asParsed(first)
  );
}

interface Page {
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

type Words = (mistake: YAMLError, page: Page) => SyntaxMistake | null;

const inWords: { readonly [code: string]: Words } = {
  TAB_AS_INDENT: ({ pos: [from] }) => ({
    message: 'a line begins with a tab',
    hint: 'YAML is indented with spaces only',
    range: [from, from + 1],
  }),
  BAD_INDENT({ message, pos }, page) {
    if (!message.includes('same column')) return null;
    const from = writtenFrom(pos[0], page);
    return {
      message: 'the line is indented like none above it',
      hint: `indent it${likeLine(from, page)}`,
      range: [from, from + 1],
    };
  },
  BLOCK_AS_IMPLICIT_KEY: ({ pos: [from] }, { text }) => ({
    message: 'the value holds ": ", which begins another value',
    hint: 'put the whole value in quotes',
    range: [from, endOfLine(from, text)],
  }),
  MISSING_CHAR(mistake, { text, document }) {
    const [, quote] = /^Missing closing (["'])quote/.exec(mistake.message) ?? [];
    if (quote === undefined) return unclosed(mistake);
    const start = lastQuoted(document) ?? mistake.pos[0];
    return {
      message: `${quote} is not closed`,
      hint: `add a ${quote}`,
      range: [start, endOfLine(start, text)],
    };
  },
  DUPLICATE_KEY: ({ pos: [from] }, { text }) => {
    const [key = ''] = /^[^\s:,}]*/.exec(text.slice(from)) ?? [];
    return {
      message: `"${key}" is given twice`,
      hint: 'remove or rename one',
      range: [from, from + key.length],
    };
  },
};

function asParsed(mistake: YAMLError): SyntaxMistake {
  // The parser recurses, and reports the end of the stack as a mistake in the text.
  const isTooDeep = mistake.message.includes('call stack');
  const [from, to] = mistake.pos;
  return (
    unclosed(mistake) ?? {
      message: isTooDeep ? tooDeep.message : mistake.message.replace(/\s+/g, ' '),
      range: [from, to],
    }
  );
}

/** A list or mapping in brackets without its end. */
function unclosed({ message, pos: [from, to] }: YAMLError): SyntaxMistake | null {
  const [, , closing] = /^Flow (map|sequence) .*end with a ([\]}])$/.exec(message) ?? [];
  if (closing === undefined) return null;
  const opening = closing === ']' ? '[' : '{';
  return { message: `${opening} is not closed`, hint: `add a ${closing}`, range: [from, to] };
}

/** A line below one that has a value already, indented as if it belonged to it. */
function tooFarIn({ pos: [from] }: YAMLError, { text, lines }: Page): SyntaxMistake | null {
  const all = text.split('\n');
  const { line } = lines.linePos(from);
  const next = all.findIndex((each, index) => index >= line && isWritten(each));
  if (next < 0 || indentOf(all[next] ?? '') <= indentOf(all[line - 1] ?? '')) return null;
  const start = (lines.lineStarts[next] ?? 0) + indentOf(all[next] ?? '');
  return {
    message: `the line is indented as if it belonged to the value in line ${line}`,
    hint: `indent it like line ${line}`,
    range: [start, endOfLine(start, text)],
  };
}

/** ` like line N`: the line above with the most similar indentation, the nearest of them. */
function likeLine(from: number, { text, lines }: Page): string {
  const { line } = lines.linePos(from);
  const all = text.split('\n');
  const wanted = indentOf(all[line - 1] ?? '');
  let best: { readonly line: number; readonly distance: number } | null = null;
  for (let number = line - 1; number >= 1; number--) {
    const other = all[number - 1] ?? '';
    if (!isWritten(other) || other.startsWith('\t')) continue;
    const distance = Math.abs(indentOf(other) - wanted);
    if (best === null || distance < best.distance) best = { line: number, distance };
  }
  return best === null ? '' : ` like line ${best.line}`;
}

/** The beginning of the line with this place, or of the first one behind it that is not empty. */
function writtenFrom(from: number, { text, lines }: Page): number {
  const { line } = lines.linePos(from);
  const next = text.split('\n').findIndex((each, index) => index >= line - 1 && isWritten(each));
  return next < line ? from : (lines.lineStarts[next] ?? from);
}

function isWritten(line: string): boolean {
  return /^\s*[^\s#]/.test(line);
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

function endOfLine(from: number, text: string): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Where the last text in quotes begins; one that is not closed reaches to the end. */
function lastQuoted(document: Document): number | null {
  let start: number | null = null;
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && node.type?.startsWith('QUOTE') === true) start = node.range?.[0] ?? start;
    },
  });
  return start;
}
