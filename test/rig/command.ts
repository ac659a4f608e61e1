import { execa } from 'execa';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { builtCommand } from './built.ts';
import { parseEvents } from './events.ts';

/** The built command, as users run it. */
export const cli = builtCommand();

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs `pipeline …` in a folder with a bare environment. */
export async function pipeline(folder: string, ...args: readonly string[]): Promise<Outcome> {
  const result = await execa(process.execPath, [cli, ...args], {
    cwd: folder,
    extendEnv: false,
    env: { PATH: process.env['PATH'] ?? '', XDG_STATE_HOME: process.env['XDG_STATE_HOME'] ?? '' },
    reject: false,
    stripFinalNewline: false,
  });
  return { code: result.exitCode ?? -1, out: result.stdout, error: result.stderr };
}

/** What a run says, without how long the results took that it did not repeat: on a busy machine that is worth a word. */
export function untimed(text: string): string {
  return text.replace(/, [\d.]+ s not repeated| \([\d.]+ s not repeated\)/g, '');
}

/** Runs `pipeline run … --json` and returns its events. */
export async function runEvents(
  folder: string,
  ...args: readonly string[]
): Promise<readonly ExecutionEvent[]> {
  const { out } = await pipeline(folder, 'run', '--json', ...args);
  return parseEvents(out);
}
