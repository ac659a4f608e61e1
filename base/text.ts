/** The number of terminal columns of a text without control characters: two for wide characters, none for combining ones. */
export function displayWidth(text: string): number {
  if (!unusual.test(text)) return text.length;
  let width = 0;
  for (const character of charactersOf(text)) width += widthOf(character);
  return width;
}

/** Padded with spaces to a width in columns; numbers are padded on the left. */
export function padded(text: string, width: number, side: 'end' | 'start' = 'end'): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'end' ? text + spaces : spaces + text;
}

/** A number of things, such as `1 file` or `2 files`; for nouns whose plural ends in s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Cut to a width in columns, with the cut marked. */
export function clipped(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  if (width <= 0) return '';
  let left = width - 1;
  for (const character of charactersOf(text)) {
    left -= widthOf(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

/** As `clipped`, with the beginning cut off instead of the end. */
export function clippedStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return '';
  const kept: string[] = [];
  let left = width - 1;
  for (const character of [...charactersOf(text)].reverse()) {
    left -= widthOf(character);
    if (left < 0) break;
    kept.push(character);
  }
  return `…${kept.reverse().join('')}`;
}

/**
 * A text as lines of at most `width` columns, broken between words; a word longer than a line is broken where the line ends. Lines
 * after the first begin with `indent`.
 */
export function wrapped(text: string, width: number, indent = ''): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  // A narrower one than this would break words that the reader knows by their whole form, such as the codes of messages.
  const room = Math.max(width, displayWidth(indent) + 20);
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const begin = (): void => {
    lines.push(line);
    line = indent;
    used = displayWidth(indent);
  };
  const isFresh = (): boolean => line === (lines.length === 0 ? '' : indent);
  const add = (part: string): void => {
    line += part;
    used += displayWidth(part);
  };
  for (const [part, spaces = '', word = ''] of text.matchAll(/( *)([^ ]+)/g)) {
    if (used + displayWidth(part) <= room) {
      add(part);
      continue;
    }
    if (isFresh()) add(spaces);
    else begin();
    if (used + displayWidth(word) <= room) {
      add(word);
      continue;
    }
    for (const character of charactersOf(word)) {
      if (used + widthOf(character) > room) begin();
      add(character);
    }
  }
  return [...lines, line];
}

/** The first of some names, such as `a, b and 3 more`. */
export function firstOf(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(', ');
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}

/** A text of at most this many columns, cut in the middle: names of layers differ at their ends. */
export function shortened(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const end = Math.min(8, Math.floor(width / 2));
  return `${clipped(text, width - end)}${text.slice(-end)}`;
}

/** Rows as lines, each column as wide as its widest cell; columns of `numbers` are flush right. */
export function table(
  rows: readonly (readonly string[])[],
  {
    numbers = [],
    firstWidth = 0,
  }: { readonly numbers?: readonly number[]; readonly firstWidth?: number } = {},
): readonly string[] {
  const [first = 0, ...others] = widestCells(rows);
  const widths = [Math.max(first, firstWidth), ...others];
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0, numbers.includes(column) ? 'start' : 'end'))
      .join('  ')
      .trimEnd(),
  );
}

/** The width in columns of the widest cell of each column. */
export function widestCells(rows: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
  return widths;
}

/** What a reader sees as one character may be several code points: a letter with its accents, a flag, a family. */
function charactersOf(text: string): readonly string[] {
  // Made on first use, since it takes milliseconds and most texts do not need it.
  characters ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  const found: string[] = [];
  // In pieces, since the time that the segmenter takes grows with the square of the length.
  for (let start = 0; start < text.length;) {
    const end = start + 1000;
    const isInPair = /[\ud800-\udbff]/.test(text.charAt(end - 1));
    const piece = text.slice(start, isInPair ? end + 1 : end);
    const ofPiece = Array.from(characters.segment(piece), ({ segment }) => segment);
    // The last one may go on behind the piece.
    if (start + piece.length < text.length && ofPiece.length > 1) ofPiece.pop();
    for (const character of ofPiece) {
      found.push(character);
      start += character.length;
    }
  }
  return found;
}

let characters: Intl.Segmenter | null = null;

/** East Asian Wide and Fullwidth by Unicode Standard Annex 11, at the granularity of blocks. */
const wideBlocks =
  '\\u1100-\\u115F\\u2E80-\\u303E\\u3041-\\u33FF\\u3400-\\u4DBF\\u4E00-\\uA4CF\\uA960-\\uA97C\\uAC00-\\uD7A3\\uF900-\\uFAFF\\uFE30-\\uFE6F\\uFF01-\\uFF60\\uFFE0-\\uFFE6\\u{1F300}-\\u{1F64F}\\u{1F900}-\\u{1F9FF}\\u{20000}-\\u{3FFFD}';

/** Those, and emoji that are shown as pictures. */
const wide = new RegExp(`^(?:\\p{Emoji_Presentation}|.\\uFE0F|[${wideBlocks}])`, 'u');

/** Anything that is not one column in one code unit; looking for it is cheaper than to take texts apart. */
const unusual = new RegExp(
  `[\\p{Mark}\\p{Cc}\\p{Cf}\\p{Emoji_Presentation}${wideBlocks}\\u{10000}-\\u{10FFFF}]`,
  'u',
);

function widthOf(character: string): number {
  if (/^[\p{Mark}\p{Cc}\p{Cf}]/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
