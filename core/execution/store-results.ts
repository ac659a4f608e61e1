import { statSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { machineFailure } from '../../base/machine-failure.ts';
import { recordFormat } from '../contracts/record.ts';
import type { Store } from '../contracts/store.ts';
import type { ActionRecord, FileEntry } from '../contracts/types.ts';
import type { AttemptFolder, FinishedJob } from '../state/attempts.ts';
import { finishedJobOf, forgetFinished } from '../state/attempts.ts';
import type { ResolvedAction } from './action.ts';
import type { Harvest } from './harvest.ts';
import { harvest } from './harvest.ts';

export type Stored =
  | { readonly type: 'succeeded'; readonly record: ActionRecord }
  | { readonly type: 'failed'; readonly diagnostics: readonly Diagnostic[] }
  /** The machine let us down; what the job made is complete, and stays where it is. */
  | { readonly type: 'unstored'; readonly diagnostic: Diagnostic };

/**
 * Stores the outputs of a job that ended well, and its record; `finished` is what the job reported and took. If they cannot be stored
 * they stay in the folder of the attempt, from which a later run takes them. `durable` waits until the disk has everything.
 */
export async function storeResults(
  resolved: ResolvedAction,
  folder: AttemptFolder,
  finished: Pick<FinishedJob, 'report' | 'cost'>,
  store: Store,
  durable: boolean,
): Promise<Stored> {
  const { action, spec } = resolved;
  const collections = action.kind
    .outputs(action.stage.params)
    .flatMap((output) => (output.collection === true ? [output.port] : []));
  try {
    const harvested = await harvest(folder.job, spec.outputs, collections, store);
    if (!harvested.ok) {
      if (harvested.diagnostics.some(isIncomplete)) forgetFinished(folder);
      const way = 'correct that in job/out of the kept folder: the next run stores it';
      return { type: 'failed', diagnostics: harvested.diagnostics.map((why) => withWay(way, why, folder)) };
    }
    const record = recordOf(resolved, harvested.value, await storedLog(folder, store), finished);
    await store.keep(record, { durable, shared: spec.run.type !== 'effect' });
    return { type: 'succeeded', record };
  } catch (error) {
    const way = 'what it made is kept: the next run stores it';
    return { type: 'unstored', diagnostic: withWay(way, machineFailure(error), folder) };
  }
}

/** The job did not do what it should: running it again is the only way. */
function isIncomplete({ code }: Diagnostic): boolean {
  return code === 'action/missing-output' || code === 'action/bad-manifest';
}

/** A diagnostic with how to go on without running the action again, if that is possible. */
function withWay(way: string, diagnostic: Diagnostic, folder: AttemptFolder): Diagnostic {
  if (finishedJobOf(folder) === null) return diagnostic;
  const hint = `${way} and does not run the action again, unless with --force`;
  return { ...diagnostic, hint: diagnostic.hint === undefined ? hint : `${diagnostic.hint}; or ${hint}` };
}

async function storedLog({ log }: AttemptFolder, store: Store): Promise<FileEntry | null> {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  return size === 0 ? null : store.takeFile('log', log, true);
}

function recordOf(
  { fingerprint }: ResolvedAction,
  { outputs, items }: Harvest,
  log: ActionRecord['log'],
  { report, cost }: Pick<FinishedJob, 'report' | 'cost'>,
): ActionRecord {
  const { summary, detail = [], emulated = false, warnings = [] } = report;
  return {
    format: recordFormat,
    fingerprint,
    outputs,
    items,
    log,
    summary: summary ?? null,
    detail,
    emulated,
    warnings,
    ...(cost === null ? {} : { cost }),
  };
}
