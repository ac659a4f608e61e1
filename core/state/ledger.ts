import { bestEffort } from '../../base/json-file.ts';
import type { JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { Digest } from '../../base/digest.ts';
import { readSealed, writeSealed } from '../../base/sealed.ts';
import { isDigest, isListOf, isRecord } from '../contracts/record.ts';
import type { ActionRecord } from '../contracts/types.ts';
import type { Layout } from './layout.ts';

/** The history of an action by its label: its last record and its earlier fingerprints, latest first. */
export interface LedgerEntry {
  readonly record: ActionRecord;
  readonly history: readonly Digest[];
}

/** The last failure of an action that has not succeeded since. */
export interface Failure {
  /** In ms since 1970. */
  readonly at: number;
  readonly fingerprint: Digest;
  /** What it said, in one line. */
  readonly message: string;
}

/**
 * What is known of every action of a project, in one file, so that a run with nothing to do reads one file instead of one per
 * action. Its records are copies: the truth is in the action cache and in the receipts.
 */
export interface Ledger {
  /** Whose results it notes; null for none. */
  readonly profile: string | null;
  readonly entry: (label: string) => LedgerEntry | null;
  readonly labels: () => readonly string[];
  readonly byFingerprint: (fingerprint: Digest) => ActionRecord | null;
  readonly failure: (label: string) => Failure | null;
  /** Whether this is known to be the current result of the action in this profile. */
  readonly isCurrent: (label: string, fingerprint: Digest) => boolean;
  /** Whether this profile has a current result that counts. */
  readonly hasResult: (counts: (label: string, fingerprint: Digest) => boolean) => boolean;
  /** The current results of all profiles (null for none), or of the profiles and actions that `counts` admits. */
  readonly currentResults: (
    counts?: (profile: string | null, label: string) => boolean,
  ) => ReadonlySet<Digest>;
  /** A result of a run with this profile, or with another one. */
  readonly note: (label: string, record: ActionRecord, other?: string | null) => void;
  readonly noteFailure: (label: string, failure: Failure) => void;
  /** Forgets the actions of this profile that no longer exist. */
  readonly retain: (exists: (label: string) => boolean) => void;
  /** Reads the file again: another run may have written it. */
  readonly reload: () => void;
  /** Whether the file could be read when it was opened; false if there is none. */
  readonly isReadable: boolean;
  /** Whether something is not saved. */
  readonly hasNews: () => boolean;
  readonly save: () => void;
}

const remembered = 10;

/** The ledger of a project, as seen by runs with a profile (null for none). */
export function openLedger(layout: Layout, profile: string | null): Ledger {
  const found = read(layout);
  let contents = found ?? empty();
  /** What this process has learnt, in order: it holds for whatever another one wrote meanwhile. */
  const learnt: ((contents: Contents) => void)[] = [];
  const learn = (change: (contents: Contents) => void): void => {
    learnt.push(change);
    change(contents);
  };
  const current = (): Map<string, Digest> => currentIn(contents, profile);
  const reload = (): void => {
    contents = read(layout) ?? empty();
    for (const change of learnt) change(contents);
  };
  return {
    profile,
    entry: (label) => contents.entries.get(label) ?? null,
    labels: () => [...contents.entries.keys()],
    byFingerprint: (fingerprint) =>
      [...contents.entries.values()].find(({ record }) => record.fingerprint === fingerprint)?.record ?? null,
    failure: (label) => contents.failures.get(label) ?? null,
    isCurrent: (label, fingerprint) =>
      contents.entries.get(label)?.record.fingerprint === fingerprint &&
      current().get(label) === fingerprint &&
      !contents.failures.has(label),
    hasResult: (counts) => [...current()].some(([label, fingerprint]) => counts(label, fingerprint)),
    currentResults: (counts = () => true) =>
      new Set(
        [...contents.current].flatMap(([of, results]) =>
          [...results]
            .filter(([label]) => counts(of === '' ? null : of, label))
            .map(([, fingerprint]) => fingerprint),
        ),
      ),
    note: (label, record, other = profile) => {
      learn((all) => {
        noteIn(all, other, label, record);
      });
    },
    noteFailure: (label, failure) => {
      learn((all) => all.failures.set(label, failure));
    },
    retain(exists) {
      if (![...current().keys(), ...contents.failures.keys()].every(exists))
        learn((all) => {
          retainIn(all, profile, exists);
        });
    },
    reload,
    isReadable: found !== null,
    hasNews: () => learnt.length > 0,
    save() {
      if (learnt.length === 0) return;
      reload();
      bestEffort(() => {
        writeSealed(layout.ledger, what, writable(contents));
      });
      learnt.length = 0;
    },
  };
}

interface Contents {
  readonly entries: Map<string, LedgerEntry>;
  readonly failures: Map<string, Failure>;
  /** By profile ('' for none) and label, the fingerprint of the current result. */
  readonly current: Map<string, Map<string, Digest>>;
}

const what = 'ledger';

function empty(): Contents {
  return { entries: new Map(), failures: new Map(), current: new Map() };
}

function read({ ledger }: Layout): Contents | null {
  const stored = readSealed(ledger, what);
  if (!isJsonObject(stored)) return null;
  const { entries = {}, failures = {}, current = {} } = stored as { readonly [part: string]: JsonObject };
  return {
    entries: new Map(membersOf(entries, isEntry)),
    failures: new Map(membersOf(failures, isFailure)),
    current: new Map(
      membersOf(current, isJsonObject).map(([profile, results]) => [
        profile,
        new Map(membersOf(results, isDigest)),
      ]),
    ),
  };
}

function writable({ entries, failures, current }: Contents): unknown {
  return {
    entries: Object.fromEntries(entries),
    failures: Object.fromEntries(failures),
    current: Object.fromEntries(
      [...current].map(([profile, results]) => [profile, Object.fromEntries(results)]),
    ),
  };
}

function noteIn(contents: Contents, profile: string | null, label: string, record: ActionRecord): void {
  const known = contents.entries.get(label);
  const past = known === undefined ? [] : [known.record.fingerprint, ...known.history];
  const history = past.filter((fingerprint, index) => index > 0 || fingerprint !== record.fingerprint);
  contents.entries.set(label, { record, history: history.slice(0, remembered) });
  contents.failures.delete(label);
  currentIn(contents, profile).set(label, record.fingerprint);
}

function retainIn(contents: Contents, profile: string | null, exists: (label: string) => boolean): void {
  const results = currentIn(contents, profile);
  for (const label of results.keys()) if (!exists(label)) results.delete(label);
  for (const label of contents.failures.keys()) if (!exists(label)) contents.failures.delete(label);
  const isElsewhere = (label: string): boolean =>
    [...contents.current.values()].some((all) => all.has(label));
  for (const label of contents.entries.keys())
    if (!exists(label) && !isElsewhere(label)) contents.entries.delete(label);
}

function currentIn({ current }: Contents, profile: string | null): Map<string, Digest> {
  const key = profile ?? '';
  const results = current.get(key) ?? new Map<string, Digest>();
  current.set(key, results);
  return results;
}

function membersOf<T>(object: JsonObject, isMember: (value: unknown) => value is T): readonly [string, T][] {
  return Object.entries(object).filter((entry): entry is [string, T & (typeof entry)[1]] =>
    isMember(entry[1]),
  );
}

function isEntry(value: unknown): value is LedgerEntry {
  return isJsonObject(value) && isRecord(value['record']) && isListOf(value['history'], isDigest);
}

function isFailure(value: unknown): value is Failure {
  if (!isJsonObject(value)) return false;
  const { at, fingerprint, message } = value;
  return typeof at === 'number' && isDigest(fingerprint) && typeof message === 'string';
}
