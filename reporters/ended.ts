import { shellWord } from '../base/shell-word.ts';
import { clipped, padded, wrapped } from '../base/text.ts';
import type { ActionStatus } from './action-status.ts';
import { marks } from './action-status.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import type { TextFormat } from './reporter.ts';
import { lineWidth } from './reporter.ts';
import { harmlessLine, styled } from './style.ts';

/** How a line about an action shows its state: as a word behind the name, or as a mark in front of it. */
export type Lead = 'word' | 'mark';

/** The line about an action: its name, its state, and a text that is wrapped between words. */
export function actionLine(
  { action, state }: Pick<ActionStatus, 'action' | 'state'>,
  text: string,
  lead: Lead,
  labelWidth: number,
  format: TextFormat,
): string {
  const { mark, style } = marks[state];
  const { hasColour } = format;
  const word = lead === 'word' || state === 'failed' ? state : '';
  const head = lead === 'mark' ? `${mark} ` : '';
  const name = `${head}${padded(harmlessLine(action), labelWidth)}  `;
  const line = `${name}${word}${word === '' || text === '' ? '' : ' '}${text}`.trimEnd();
  const [first = '', ...rest] = wrapped(line, lineWidth(format), '    ');
  // The end of the beginning that has colours; on a very narrow terminal it may be broken, and is left without.
  const end = name.length + word.length;
  const coloured =
    first.length < end
      ? first
      : `${styled(style, head, hasColour)}${name.slice(head.length)}${styled(style, word, hasColour)}${first.slice(end)}`;
  return `${[coloured, ...rest].join('\n')}\n`;
}

/** The options, as words of the command line, that a command needs to mean the same project and the same plan again. */
export interface Choice {
  readonly place: readonly string[];
  /** A profile, and values laid over the file. */
  readonly plan: readonly string[];
}

/** What comes below the line of an action that has ended: its messages, and of a failed one where to look and what to try. */
export function belowAction(
  { action, state, diagnostics, directory }: ActionStatus,
  choice: Choice,
  readLines: ReadLines,
  format: TextFormat,
): readonly string[] {
  const messages = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, readLines, format));
  if (state !== 'failed' || directory === null) return messages;
  const logs = command('pipeline', 'logs', clipped(action, 200), ...choice.place);
  const again = command('pipeline', 'run', action, ...choice.place, ...choice.plan);
  return [
    ...messages,
    `  its work directory is kept: ${harmlessLine(directory)}\n`,
    `  its whole output: ${logs}\n`,
    `  to try again: ${again}\n`,
  ];
}

function command(...words: readonly string[]): string {
  return words.map((word) => harmlessLine(shellWord(word))).join(' ');
}
