import { localTime } from '../base/local-time.ts';
import { lockState } from '../base/lock.ts';
import { padded, wrapped } from '../base/text.ts';
import { duration, roughTime } from '../base/units.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import { readLastJournal } from '../core/state/journal.ts';
import { jsonLine } from '../reporters/json.ts';
import type { ActionStatus } from '../reporters/action-status.ts';
import { formatDiagnostic } from '../reporters/diagnostic.ts';
import { tableOf } from '../reporters/ending.ts';
import { lineWidth } from '../reporters/reporter.ts';
import type { RunState } from '../reporters/run-state.ts';
import { stateAfter } from '../reporters/run-state.ts';
import { harmlessLine } from '../reporters/style.ts';
import type { Environment } from './environment.ts';
import { openState } from './open-state.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { noRun } from './runs.ts';
import { variantName } from './variant.ts';

/** `pipeline status`: the outcome of the last run, or the progress of a running one, as read from its journal. */
export function status(options: CommonOptions): ExitCode {
  const opened = openState(options);
  if (opened === null) return 2;
  const { environment, isJson, layout } = opened;
  const { out } = environment;
  const events = readLastJournal(layout) ?? [];
  const [first] = events;
  if (isJson) {
    for (const event of events) out.write(jsonLine(event));
  } else if (first?.type !== 'run-started') {
    out.write(`${noRun(layout)}\n`);
  } else {
    const variant = variantName(first.profile);
    const ending = endingOf(events, lockState(layout.lock));
    out.write(`run of ${localTime(first.at)}${variant === '' ? '' : `, ${variant}`}: ${ending}\n`);
    for (const event of events)
      if (event.type === 'run-checked')
        for (const diagnostic of event.diagnostics)
          out.write(formatDiagnostic(diagnostic, environment.readLines, out));
    const state = stateAfter(events);
    const actions = state.actions();
    for (const each of actions) out.write(actionLines(each, state, environment));
    for (const each of actions) for (const text of tableOf(each, out)) out.write(text);
  }
  return 0;
}

function actionLines(
  { action, state, detail, since, step, expectedMilliseconds, milliseconds, diagnostics }: ActionStatus,
  run: RunState,
  { out, now, readLines }: Environment,
): string {
  const time = milliseconds ?? (since === null ? null : now() - since);
  const expected = expectedMilliseconds === null ? '' : `of ≈ ${roughTime(expectedMilliseconds)}`;
  const columns = [
    padded(harmlessLine(action), run.labelWidth()),
    state.padEnd(10),
    padded(time === null ? '' : duration(time), 11, 'start'),
    ...[expected, step ?? '', harmlessLine(detail)].filter((text) => text !== ''),
  ];
  const line = wrapped(columns.join('  ').trimEnd(), lineWidth(out), '    ').join('\n');
  const below = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, readLines, out));
  return `${line}\n${below.join('')}`;
}

function endingOf(events: readonly ExecutionEvent[], state: ReturnType<typeof lockState>): string {
  const last = events.at(-1);
  if (last?.type === 'run-finished') return `${last.outcome} in ${duration(last.milliseconds)}`;
  if (state === 'unknown') return 'running on another machine, or killed there';
  return state === 'alive' ? 'running' : 'killed; the next run continues from here';
}
