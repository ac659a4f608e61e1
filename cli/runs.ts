import { problem } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import { readRun, runNumbers } from '../core/state/journal.ts';
import type { Layout } from '../core/state/layout.ts';

/** A run and what happened in it. */
export interface KeptRun {
  readonly number: number;
  readonly events: readonly ExecutionEvent[];
}

/** Why no run can be shown: there was none, or damage has left nothing of those that there were. */
export function noRun(layout: Layout): string {
  return runNumbers(layout).length === 0
    ? 'nothing has run here yet'
    : 'the records of earlier runs are damaged: there is no readable one';
}

/** A run by its number in `pipeline history`; `back` runs before the last one if none is named. */
export function keptRun(layout: Layout, named: number | undefined, back = 0): Result<KeptRun> {
  const numbers = runNumbers(layout);
  const number = named ?? numbers.at(-1 - back);
  const events = number === undefined ? null : readRun(layout, number);
  if (number !== undefined && events !== null) return success({ number, events });
  const [first, last] = [numbers[0], numbers.at(-1)];
  const message =
    last === undefined
      ? 'nothing has run here yet'
      : number === undefined
        ? 'there is no earlier run to compare with'
        : `there is no record of a run ${number}`;
  const hint = last === undefined ? undefined : `pipeline history lists the runs, ${first} to ${last}`;
  return failure(problem('usage/unknown-run', message, { hint }));
}
