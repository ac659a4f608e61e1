import { stripVTControlCharacters } from 'node:util';

/**
 * A line of output without what the program itself replaced by returning to the beginning of the line, as displays of progress
 * do: what is behind the last carriage return that has something behind it. Carriage returns at its end stay, so that what a
 * program prints next can be joined to it.
 */
export function withoutOverwritten(line: string): string {
  if (!line.includes('\r')) return line;
  const states = line.split('\r');
  const last = states.findLastIndex((state) => stripVTControlCharacters(state) !== '');
  return last < 0 ? '' : states.slice(last).join('\r');
}
