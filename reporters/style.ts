import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'gray' | 'bold';

/** Text in a colour, if colours are on. */
export function styled(style: Style, text: string, hasColour: boolean): string {
  return hasColour ? styleText(style, text, { validateStream: false }) : text;
}

/** A tool's output made harmless for a terminal: no escape sequences, no control characters but tab and newline. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
