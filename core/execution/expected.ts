import type { Ledger } from '../state/ledger.ts';
import type { Action } from './action.ts';

/**
 * How long an action is expected to run, in ms: as long as when its last result was made, else the mean of the other items of
 * its stage; null if none of them is known.
 */
export function expectedMilliseconds(
  { label, stage }: Pick<Action, 'label' | 'stage'>,
  ledger: Pick<Ledger, 'entry' | 'labels'>,
): number | null {
  const own = durationOf(label, ledger);
  if (own !== null) return own;
  const others = ledger
    .labels()
    .filter((other) => other.startsWith(`${stage.name}/`))
    .flatMap((other) => durationOf(other, ledger) ?? []);
  if (others.length === 0) return null;
  return Math.round(others.reduce((sum, each) => sum + each, 0) / others.length);
}

function durationOf(label: string, ledger: Pick<Ledger, 'entry'>): number | null {
  return ledger.entry(label)?.record.cost?.milliseconds ?? null;
}
