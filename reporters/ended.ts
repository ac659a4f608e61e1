import { shellWord } from '../base/shell-word.ts';
import { clipped, displayWidth, padded, wrapped } from '../base/text.ts';
import type { ActionStatus } from './action-status.ts';
import { marks, remark } from './action-status.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import type { TextFormat } from './reporter.ts';
import { lineWidth } from './reporter.ts';
import type { RunState } from './run-state.ts';
import { harmlessLine, styled } from './style.ts';

/** How a line about an action shows its state: as a word behind the name, or as a mark in front of it. */
export type Lead = 'word' | 'mark';

/** What is said of actions when their state changes. */
export interface ActionTexts {
  /**
   * A line and what comes below it: the messages, and of a failed one where to look and what to try. Of many failures, the later
   * ones are one line each.
   */
  readonly of: (status: ActionStatus) => string;
  /** How many failures were one line. */
  readonly shortened: () => number;
}

/** `state` gives the widths of names, `choice` what the commands that are named need. */
export function createActionTexts(
  state: RunState,
  lead: Lead,
  choice: Choice,
  readLines: ReadLines,
  format: TextFormat,
): ActionTexts {
  let failures = 0;
  return {
    of(status) {
      const isShort = status.state === 'failed' && ++failures > mostInFull;
      if (isShort) {
        const { message = '' } = status.diagnostics.find(({ severity }) => severity === 'error') ?? {};
        const text = `${remark(status)}  ${harmlessLine(message)}`;
        const [line = ''] = actionLines(
          status,
          text,
          { lead, labelWidth: state.labelWidth(), isOne: true },
          format,
        );
        return `${line}\n`;
      }
      const head = actionLines(status, remark(status), { lead, labelWidth: state.labelWidth() }, format);
      return [...head.map((line) => `${line}\n`), ...belowAction(status, choice, readLines, format)].join('');
    },
    shortened: () => Math.max(0, failures - mostInFull),
  };
}

/** More failures than this have few causes, and what is said of the first ones says them. */
const mostInFull = 10;

/** The line about an action: its name, its state, and a text that is wrapped between words, or cut where `isOne`. */
function actionLines(
  { action, state }: Pick<ActionStatus, 'action' | 'state'>,
  text: string,
  {
    lead,
    labelWidth,
    isOne = false,
  }: { readonly lead: Lead; readonly labelWidth: number; readonly isOne?: boolean },
  format: TextFormat,
): readonly string[] {
  const { mark, style } = marks[state];
  const { hasColour } = format;
  const width = lineWidth(format);
  const word = lead === 'word' || state === 'failed' ? state : '';
  const head = lead === 'mark' ? `${mark} ` : '';
  const room = Math.max(shortestName, width - displayWidth(head) - '  '.length - word.length);
  const name = `${head}${padded(clipped(harmlessLine(action), room), Math.min(labelWidth, room))}  `;
  const line = `${name}${word}${word === '' || text === '' ? '' : ' '}${text}`.trimEnd();
  const [first = '', ...rest] = isOne ? [clipped(line, width)] : wrapped(line, width, '    ');
  // The end of the beginning that has colours; on a very narrow terminal it may be broken, and is left without.
  const end = name.length + word.length;
  const coloured =
    first.length < end
      ? first
      : `${styled(style, head, hasColour)}${name.slice(head.length)}${styled(style, word, hasColour)}${first.slice(end)}`;
  return [coloured, ...rest];
}

/** The options, as words of the command line, that a command needs to mean the same project and the same plan again. */
export interface Choice {
  readonly place: readonly string[];
  /** A profile, and values laid over the file. */
  readonly plan: readonly string[];
}

/** In columns: a name that is cut more would be none. */
const shortestName = 12;

/** What comes below the line of an action that has ended: its messages, and of a failed one where to look and what to try. */
function belowAction(
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
    pointer('its work directory is kept', harmlessLine(directory), format),
    pointer('its whole output', logs, format),
    pointer('to try again', again, format),
  ];
}

function command(...words: readonly string[]): string {
  return words.map((word) => harmlessLine(shellWord(word))).join(' ');
}

/** A line with something to copy, which stays in one piece: if there is no room beside what it is, it is below that. */
function pointer(what: string, value: string, format: TextFormat): string {
  const line = `  ${what}: ${value}`;
  return displayWidth(line) <= lineWidth(format) ? `${line}\n` : `  ${what}:\n    ${value}\n`;
}
