import { join } from 'node:path';
import { execa } from 'execa';
import type { ExecutionEvent } from '../../core/contracts/events.ts';

/** The built command, as users run it. */
export const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

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
    env: { PATH: process.env['PATH'] ?? '' },
    reject: false,
    stripFinalNewline: false,
  });
  return { code: result.exitCode ?? -1, out: result.stdout, error: result.stderr };
}

/** Runs `pipeline run … --json` and returns its events. */
export async function runEvents(
  folder: string,
  ...args: readonly string[]
): Promise<readonly ExecutionEvent[]> {
  const { out } = await pipeline(folder, 'run', '--json', ...args);
  return parseEvents(out);
}

export function parseEvents(text: string): readonly ExecutionEvent[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExecutionEvent);
}

/** Labels of the actions with an event of this type, sorted. */
export function labels(events: readonly ExecutionEvent[], type: ExecutionEvent['type']): readonly string[] {
  return events.flatMap((event) => (event.type === type && 'action' in event ? [event.action] : [])).sort();
}
