import type { Digest } from '../../base/digest.ts';
import { member } from '../../base/member.ts';
import type { ExecutionEvent } from '../contracts/events.ts';
import type { KeptSpec } from '../state/specs.ts';
import type { FieldChange } from '../why/difference.ts';
import { changedInputs, specDifference } from '../why/difference.ts';
import { changedFiles } from '../why/files.ts';

/** How an action differs between two runs. */
export type ActionDifference =
  | { readonly type: 'only-before' | 'only-after'; readonly action: string }
  | {
      readonly type: 'changed';
      readonly action: string;
      /** Of its parameters, tools and target; null if what it was made from is no longer known. */
      readonly fields: readonly FieldChange[] | null;
      readonly inputs: readonly { readonly port: string; readonly files: readonly string[] }[];
      /** What it said of its result, in either run. */
      readonly summaries: readonly [string | null, string | null];
    };

/** The actions that differ between two runs, in the order of the later one, and how many are the same. */
export interface Comparison {
  readonly differences: readonly ActionDifference[];
  readonly same: number;
}

/** Compares what two runs made or found, by their events. */
export function compareRuns(
  before: readonly ExecutionEvent[],
  after: readonly ExecutionEvent[],
  specOf: (fingerprint: Digest) => KeptSpec | null,
): Comparison {
  const [was, is] = [resultsIn(before), resultsIn(after)];
  const gone = [...was.keys()].filter((action) => !is.has(action));
  const differences = [
    ...[...is].flatMap(([action, result]): readonly ActionDifference[] => {
      const earlier = was.get(action);
      if (earlier === undefined) return [{ type: 'only-after', action }];
      if (earlier.fingerprint === result.fingerprint && earlier.summary === result.summary) return [];
      return [changeOf(action, earlier, result, specOf)];
    }),
    ...gone.map((action): ActionDifference => ({ type: 'only-before', action })),
  ];
  return { differences, same: is.size - differences.length + gone.length };
}

interface Result {
  readonly fingerprint: Digest;
  readonly summary: string | null;
}

/** What became of each action: a result that was made or found, or one that was to be made. */
function resultsIn(events: readonly ExecutionEvent[]): ReadonlyMap<string, Result> {
  const found = new Map<string, Result>();
  for (const event of events) {
    if (event.type === 'action-started')
      found.set(event.action, { fingerprint: event.fingerprint, summary: null });
    if (event.type === 'action-cached' || event.type === 'action-succeeded')
      found.set(event.action, { fingerprint: event.fingerprint, summary: event.summary });
  }
  return found;
}

function changeOf(
  action: string,
  before: Result,
  after: Result,
  specOf: (fingerprint: Digest) => KeptSpec | null,
): ActionDifference {
  const [was, is] = [specOf(before.fingerprint), specOf(after.fingerprint)];
  const summaries = [before.summary, after.summary] as const;
  if (was === null || is === null) return { type: 'changed', action, fields: null, inputs: [], summaries };
  const inputs = changedInputs(was.spec, is.spec).map((port) => ({
    port,
    files: changedFiles(member(was.files, port) ?? {}, member(is.files, port) ?? {}),
  }));
  return { type: 'changed', action, fields: specDifference(was.spec, is.spec), inputs, summaries };
}
