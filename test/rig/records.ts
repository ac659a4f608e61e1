import type { ActionRecord } from '../../core/contracts/types.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { openLedger } from '../../core/state/ledger.ts';

/** The last record of every action of a project, by label. */
export function recordsOf(project: string): { readonly [label: string]: ActionRecord } {
  const ledger = openLedger(layoutOf(project), null);
  return Object.fromEntries(ledger.labels().map((label) => [label, ledger.entry(label)!.record]));
}
