import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'gray' | 'bold';

/** Text in a colour, if colours are on. */
export function styled(style: Style, text: string, hasColour: boolean): string {
  return hasColour && text !== '' ? styleText(style, text, { validateStream: false }) : text;
}

/**
 * A foreign text made harmless for a terminal: without escape sequences and without characters that control one or change the
 * direction of what follows, except for tabs and line breaks.
 */
export function harmless(text: string): string {
  return stripVTControlCharacters(text.replace(stringSequences, '')).replace(controls, '');
}

/** As `harmless`, for a text that must stay on its line, such as the name of a file: a line break becomes visible. */
export function harmlessLine(text: string): string {
  return harmless(text).replaceAll('\n', '\\n').replaceAll('\t', ' ');
}

/** A text of a view made harmless as a whole: of the escape sequences, only those of `styled` stay. */
export function harmlessView(text: string): string {
  return text
    .split(ownStyles)
    .map((part, at) => (at % 2 === 1 ? part : harmless(part)))
    .join('');
}

/** OSC, DCS, SOS, PM and APC, such as the title of a window; also those in one character (C1). */
const stringSequences =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?/g;

/** C0 but tab and line feed, C1, and the marks of Unicode for directions and lines. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The codes of `styled`: its colours, bold, and their ends. */
const ownStyles = /(\u001b\[(?:1|22|3[1236]|39|90)m)/;
