import { localTime } from '../base/local-time.ts';
import { counted, table } from '../base/text.ts';
import { duration } from '../base/units.ts';
import type { RunSummary } from '../core/history/summary.ts';
import { summarise } from '../core/history/summary.ts';
import { readRun, runNumbers } from '../core/state/journal.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmlessLine } from '../reporters/style.ts';
import { openState } from './open-state.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { noRun } from './runs.ts';

export interface HistoryOptions extends CommonOptions {
  /** The number of runs to show. */
  readonly count: number;
}

/** `pipeline history`: a line for each of the last runs that did something: when, how it ended, what ran and why. */
export function history(options: HistoryOptions): ExitCode {
  const opened = openState(options);
  if (opened === null) return 2;
  const { environment, isJson, layout } = opened;
  const { out } = environment;
  const runs = runNumbers(layout)
    .slice(-options.count)
    .flatMap((number) => summarise(number, readRun(layout, number) ?? []) ?? []);
  if (isJson) {
    for (const run of runs) out.write(jsonLine({ type: 'run', ...run }));
  } else if (runs.length === 0) {
    out.write(`${noRun(layout)}\n`);
  } else {
    const head = ['run', 'began', 'result', 'took', 'ran', 'why'];
    for (const line of table([head, ...runs.map(rowOf)], { numbers: [0, 3] })) out.write(`${line}\n`);
  }
  return 0;
}

function rowOf({ number, at, outcome, milliseconds, counts, ran, targets, profile }: RunSummary) {
  const named = [...targets, ...(profile === null ? [] : [`--profile ${profile}`])].join(' ');
  return [
    String(number),
    localTime(at),
    outcome ?? 'not ended',
    milliseconds === null ? '' : duration(milliseconds),
    `${counts.ran} of ${counts.ran + counts.cached + counts.failed + counts.blocked}`,
    harmlessLine([named === '' ? '' : `(${named})`, whyOf(ran)].filter((part) => part !== '').join(' ')),
  ];
}

/** What failed, else the first that ran and its reason. */
function whyOf(ran: RunSummary['ran']): string {
  const failed = ran.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) return `failed: ${failed.map(({ action }) => action).join(', ')}`;
  const [first, ...others] = ran;
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : `, and ${counted(others.length, 'other')}`;
  return `${first.action}: ${first.reason}${more}`;
}
