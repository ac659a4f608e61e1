import type { Digest } from '../../base/digest.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import type { Ledger } from '../../core/state/ledger.ts';

/** What actions said of their last results, so that new ones can be shown beside them. */
export interface Results {
  /** Takes a new result; returns what the action said before, and whether that was of another result. */
  readonly take: (
    action: string,
    result: Pick<ActionRecord, 'fingerprint' | 'summary'>,
  ) => { readonly before: string | null; readonly isNew: boolean };
}

/** Begins with the results of earlier runs. */
export function resultsSince(ledger: Pick<Ledger, 'entry' | 'labels'>): Results {
  const known = new Map<string, { readonly fingerprint: Digest; readonly summary: string | null }>();
  for (const label of ledger.labels()) {
    const record = ledger.entry(label)?.record;
    if (record !== undefined) known.set(label, record);
  }
  return {
    take(action, { fingerprint, summary }) {
      const before = known.get(action);
      known.set(action, { fingerprint, summary });
      return { before: before?.summary ?? null, isNew: before?.fingerprint !== fingerprint };
    },
  };
}
