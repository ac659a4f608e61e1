import type { Reporter, Terminal } from './reporter.ts';

/** A value as one line of JSON, with the characters escaped that would control a terminal; the value stays the same. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replace(controls, escaped)}\n`;
}

/** One event per line, as the engine emits them. */
export function jsonReporter(terminal: Terminal): Reporter {
  return {
    report(event) {
      terminal.write(jsonLine(event));
    },
    finish: () => Promise.resolve(),
  };
}

/** What JSON itself leaves as it is: C1, and the marks of Unicode for directions and lines. */
const controls = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
