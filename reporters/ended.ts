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

/** What comes below the line of an action that has ended: its messages, and of a failed one where to look and what to try. */
export function belowAction(
  { action, state, diagnostics, directory }: ActionStatus,
  profile: string | null,
  readLines: ReadLines,
  format: TextFormat,
): readonly string[] {
  const messages = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, readLines, format));
  if (state !== 'failed' || directory === null) return messages;
  const name = harmlessLine(action);
  const again = `pipeline run ${name}${profile === null ? '' : ` --profile ${harmlessLine(profile)}`}`;
  return [
    ...messages,
    `  its work directory is kept: ${harmlessLine(directory)}\n`,
    `  its whole output: pipeline logs ${clipped(name, 200)}\n`,
    `  to try again: ${again}\n`,
  ];
}
