import { isRecord } from '../contracts/store.ts';
import type { ActionRecord } from '../contracts/types.ts';
import type { Digest } from '../../base/digest.ts';
import { bestEffort, readJson, writeFileAtomically } from '../../base/json-file.ts';
import type { Layout } from './layout.ts';

/** The history of an action by its label: its last record and its earlier fingerprints, latest first. */
export interface LedgerEntry {
  readonly record: ActionRecord;
  readonly history: readonly Digest[];
}

/**
 * The last record of every action in one file, so that a run with nothing to do reads one file instead of one per action. It
 * is a copy: the truth is in the action cache and in the receipts.
 */
export interface Ledger {
  readonly entry: (label: string) => LedgerEntry | null;
  readonly labels: () => readonly string[];
  readonly byFingerprint: (fingerprint: Digest) => ActionRecord | null;
  readonly note: (label: string, record: ActionRecord) => void;
  readonly save: () => void;
}

const remembered = 10;

export function openLedger(layout: Layout): Ledger {
  const stored = readJson(layout.ledger) as {
    readonly entries?: Record<string, LedgerEntry | null> | null;
  } | null;
  const usable = Object.entries(stored?.entries ?? {}).filter(
    (entry): entry is [string, LedgerEntry] => isRecord(entry[1]?.record) && Array.isArray(entry[1].history),
  );
  const entries = new Map(usable);
  let changed = false;
  return {
    entry: (label) => entries.get(label) ?? null,
    labels: () => [...entries.keys()],
    byFingerprint: (fingerprint) =>
      [...entries.values()].find(({ record }) => record.fingerprint === fingerprint)?.record ?? null,
    note(label, record) {
      const known = entries.get(label);
      const past = known === undefined ? [] : [known.record.fingerprint, ...known.history];
      const history = past.filter((fingerprint, index) => index > 0 || fingerprint !== record.fingerprint);
      entries.set(label, { record, history: history.slice(0, remembered) });
      changed = true;
    },
    save() {
      if (!changed) return;
      bestEffort(() => {
        writeFileAtomically(layout.ledger, JSON.stringify({ entries: Object.fromEntries(entries) }));
      });
      changed = false;
    },
  };
}
