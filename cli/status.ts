import type { ExecutionEvent } from '../core/contracts/events.ts';
import { readLastJournal } from '../core/state/journal.ts';
import { layoutOf } from '../core/state/layout.ts';
import { lockState } from '../base/lock.ts';
import { formatDiagnostic } from '../reporters/diagnostic.ts';
import { padded } from '../base/text.ts';
import { duration } from '../base/units.ts';
import { harmless } from '../reporters/style.ts';
import { readEnvironment } from './environment.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { missingProject } from './project.ts';
import { actionStates } from '../reporters/action-status.ts';

/** `pipeline status`: what the last run came to, or how far a running one is, told from its journal. */
export function status(options: CommonOptions): ExitCode {
  const environment = readEnvironment(options.directory);
  const { out, now, readLines } = environment;
  const layout = layoutOf(environment.project);
  const missing = missingProject(environment.project);
  if (missing !== null) return refuse([missing], options.json === true, environment);
  const events = readLastJournal(layout);
  if (options.json === true) {
    for (const event of events ?? []) out.write(`${JSON.stringify(event)}\n`);
    return 0;
  }
  const first = events?.[0];
  if (events === null || first?.type !== 'run-started') {
    out.write('nothing has run here yet\n');
    return 0;
  }
  out.write(
    `run of ${new Date(first.at).toISOString()}${first.profile === null ? '' : `, profile ${first.profile}`}: ${ending(events, lockState(layout.lock))}\n`,
  );
  for (const { action, state, detail, since, milliseconds, diagnostics } of actionStates(events)) {
    const time = milliseconds ?? (since === null ? null : now() - since);
    const shown = time === null ? '' : duration(time).padStart(8);
    out.write(`${padded(action, 14)} ${state.padEnd(10)} ${shown}  ${harmless(detail)}`.trimEnd() + '\n');
    for (const diagnostic of diagnostics) out.write(formatDiagnostic(diagnostic, readLines, out.hasColour));
  }
  return 0;
}

function ending(events: readonly ExecutionEvent[], state: ReturnType<typeof lockState>): string {
  const last = events.at(-1);
  if (last?.type === 'run-finished') return `${last.outcome} in ${duration(last.milliseconds)}`;
  return state === 'alive' ? 'running' : 'killed; the next run goes on from here';
}
