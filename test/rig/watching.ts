import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { WatchEvent } from '../../cli/watch/events.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { cli, pipeline } from './command.ts';

export type Told = WatchEvent | ExecutionEvent;
export type Planned = Extract<WatchEvent, { readonly type: 'watch-planned' }>;

/** A `pipeline watch --json` that runs. */
export interface Watching {
  /** The next event, from the last one that was asked for, with a property. */
  readonly next: <T extends Told>(wanted: (event: Told) => event is T) => Promise<T>;
  /** The next plan of which something holds. */
  readonly plan: (holds: (plan: Planned) => boolean) => Promise<Planned>;
  readonly events: readonly Told[];
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Its exit code. */
  readonly ended: () => Promise<number | null>;
}

export function watching(
  folder: string,
  args: readonly string[] = [],
  variables: { readonly [name: string]: string } = {},
): Watching {
  const child = spawn(process.execPath, [cli, 'watch', '--json', ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      XDG_STATE_HOME: process.env['XDG_STATE_HOME'] ?? '',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const events: Told[] = [];
  let taken = 0;
  let wake = (): void => undefined;
  let isOver = false;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    events.push(JSON.parse(line) as Told);
    wake();
  });
  lines.on('close', () => {
    isOver = true;
    wake();
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const next: Watching['next'] = async (wanted) => {
    for (;;) {
      for (let event = events[taken]; event !== undefined; event = events[taken]) {
        taken += 1;
        if (wanted(event)) return event;
      }
      if (isOver) throw new Error(`it ended before that, after ${JSON.stringify(events.slice(-5))}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    next,
    plan: (holds) => next((event): event is Planned => event.type === 'watch-planned' && holds(event)),
    events,
    signal: (signal) => child.kill(signal),
    ended: async () => (await exit)[0],
  };
}

/** What a plan says of each action, and its problems. */
export function statesIn({ actions, diagnostics }: Pick<Planned, 'actions' | 'diagnostics'>) {
  return {
    actions: actions.map(({ action, type, ...more }) => [
      action,
      type,
      'fingerprint' in more ? more.fingerprint : null,
    ]),
    problems: diagnostics.map(({ code, message, place }) => ({ code, message, place })),
  };
}

/** The same of `pipeline plan`. */
export async function freshPlan(folder: string): Promise<ReturnType<typeof statesIn>> {
  const { out } = await pipeline(folder, 'plan', '--json');
  const lines = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly type: string });
  const isProblem = ({ type }: { readonly type: string }): boolean => type === 'diagnostic';
  return statesIn({
    actions: lines.filter((line) => !isProblem(line)) as unknown as Planned['actions'],
    diagnostics: lines.filter(isProblem) as unknown as Planned['diagnostics'],
  });
}
