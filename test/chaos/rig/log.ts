import { existsSync, readFileSync } from 'node:fs';
import type { Ground } from './ground.ts';

/** A line of the log: a command began (`+`) or came to its end (`-`). */
export interface Entry {
  readonly sign: '+' | '-';
  readonly tag: string;
  /** What the system says was started, digested: arguments, and the variable P. */
  readonly what: string;
}

/** The body of a stage as a shell command that logs its begin and its end outside of the project. */
export function logged(log: string, tag: string, body: string): string {
  return [
    `printf '+ %s %s\\n' ${tag} "$({ cat /proc/$$/cmdline; echo "$P"; } | sha256sum | cut -c1-20)" >> ${log}`,
    body,
    `printf -- '- %s\\n' ${tag} >> ${log}`,
  ].join('\n');
}

/** The log from a position on, in entries. */
export function entries({ log }: Ground, from = 0): readonly Entry[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .slice(from)
    .map((line) => {
      const [sign, tag, what] = line.split(' ');
      return { sign: sign === '-' ? '-' : '+', tag: tag ?? '', what: what ?? '' };
    });
}

/** Tags of the commands that began, in order. */
export function begun(ground: Ground, from = 0): readonly string[] {
  return entries(ground, from).flatMap(({ sign, tag }) => (sign === '+' ? [tag] : []));
}
