import { basename } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { counted } from '../base/text.ts';
import { byteSize } from '../base/units.ts';
import type { Plan } from '../core/contracts/plan.ts';
import type { ExecutionEvent, RunCounts } from '../core/contracts/events.ts';
import type { ExecutionResult } from '../core/execution/execute.ts';
import { execute } from '../core/execution/execute.ts';
import type { ExecutionOptions } from '../core/execution/execution.ts';
import { hasLocks, keepLocks, wouldChangeLocks } from '../core/execution/keep-locks.ts';
import { foldersOfGoneActions, retainExisting } from '../core/execution/retain.ts';
import type { Journal } from '../core/state/journal.ts';
import { createJournal } from '../core/state/journal.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { Engine } from './engine.ts';
import type { Environment } from './environment.ts';
import { isMistakeOfUser } from './options.ts';
import type { Project } from './project.ts';

/** What a run is asked to do. */
export interface RunRequest extends Pick<
  ExecutionOptions,
  'selection' | 'force' | 'only' | 'stopAfter' | 'signal' | 'admits' | 'looksAhead'
> {
  /** As given; none for everything. */
  readonly targets: readonly string[];
  readonly recut: boolean;
  /** Number of concurrent actions; the file or the machine decides by default. */
  readonly jobs?: number;
  /** Shows a text behind everything else. */
  readonly tellAfter: (text: string) => void;
}

export type Outcome = Extract<ExecutionEvent, { readonly type: 'run-finished' }>['outcome'];

export const exitCodes = { ok: 0, failed: 1, lost: 3, interrupted: 130 } as const;

/** Executes, keeps the decisions, and ends the views of the run. */
export async function runIn(
  engine: Engine,
  { plan, set, layout }: Project,
  watch: Watch,
  request: RunRequest,
  environment: Environment,
): Promise<Outcome> {
  const { targets, recut, jobs, signal } = request;
  const isSettled = await engine.settle();
  const result = await execute(plan, engine.context, {
    ...request,
    mode: 'run',
    jobs: jobs ?? plan.resources['cores'] ?? environment.cores,
  });
  const ran = watch.counts().ran;
  if (targets.length === 0 && !result.isLost) retainExisting(plan, engine.context.ledger, result.states);
  // CI builds with the cuts that a person committed; it never chooses any.
  const isNews = ran > 0 || isSettled || recut || !hasLocks(plan, engine.context);
  const mayKeep = !result.isLost && !environment.isCi && isNews;
  const isTrial = set.length > 0;
  if (mayKeep && !isTrial) await keepLocks(plan, engine.context, result.states);
  const isUnkept = mayKeep && isTrial && (await wouldChangeLocks(plan, engine.context, result.states));
  const unsaved = isTrial || signal.aborted ? [] : await savingIn(plan, engine, result, targets, watch);
  if (!signal.aborted) await shareIn(engine, watch);
  const counts = { ...watch.counts(), ...countEnds(result) };
  const isLost = (result.isLost && !watch.isUsageError()) || unsaved.some(isOfMachine);
  const outcome = outcomeOf({ isLost, isUnsaved: unsaved.length > 0 }, counts, signal.aborted);
  const at = environment.now();
  watch.emit({ type: 'run-finished', at, outcome, milliseconds: at - watch.began, counts });
  // A run that did nothing leaves the journal of the last one that did something.
  if (ran > 0 || (outcome !== 'ok' && !result.isLost && engine.isFree())) watch.journal.open();
  if (isUnkept)
    request.tellAfter(`${basename(layout.decisions)} stays as it is: a run with --set is a trial\n`);
  if (isTrial && plan.stages.some(({ save }) => save !== null))
    request.tellAfter('nothing was saved: a run with --set is a trial\n');
  if (targets.length === 0 && !result.isLost && !isTrial && !signal.aborted)
    request.tellAfter(await sweep(foldersOfGoneActions(plan, engine.context, result.states), engine));
  return outcome;
}

/** Deletes kept folders, as the one process that works in the project, and says so. */
async function sweep(folders: readonly string[], { context, isFree }: Engine): Promise<string> {
  if (folders.length === 0 || !isFree() || (await context.claim()) !== null) return '';
  const { removed } = await import('./removed.ts');
  const { deleted, bytes } = removed(folders, context.layout, false);
  if (deleted === 0) return '';
  return `${counted(deleted, 'kept folder')} of failed actions that no longer exist deleted (${byteSize(bytes)})\n`;
}

/** Copies results to where their stages want them; what kept it from doing so. */
async function savingIn(
  plan: Plan,
  { context }: Engine,
  { states, isLost }: ExecutionResult,
  targets: readonly string[],
  { emit }: Watch,
): Promise<readonly Diagnostic[]> {
  if (plan.stages.every(({ save }) => save === null)) return [];
  const { saveOutputs } = await import('../core/saving/save.ts');
  const saving = await saveOutputs(plan, context, states, targets.length === 0 && !isLost);
  if (saving !== null) emit({ type: 'results-saved', at: context.now(), ...saving });
  return saving?.diagnostics.filter(({ severity }) => severity === 'error') ?? [];
}

/** Waits for what is on its way to the remote cache, and says what came and went. */
async function shareIn({ share, context }: Engine, { emit }: Watch): Promise<void> {
  const traffic = await share();
  if (traffic === null) return;
  const { fetched, sent, unsent, diagnostics } = traffic;
  if (fetched.results + sent.results + unsent + diagnostics.length > 0)
    emit({ type: 'results-shared', at: context.now(), ...traffic });
}

function isOfMachine({ code }: Diagnostic): boolean {
  return code.startsWith('infrastructure/');
}

/** Receives the events of a run for the journal, the reporter, and the exit code. */
export interface Watch {
  readonly id: string;
  /** ms since 1970. */
  readonly began: number;
  readonly journal: Journal;
  readonly reporters: readonly Reporter[];
  readonly emit: (event: ExecutionEvent) => void;
  readonly counts: () => Pick<RunCounts, 'ran' | 'cached'>;
  /** Nothing ran, and no result was copied. */
  readonly isIdle: () => boolean;
  readonly isUsageError: () => boolean;
  readonly lacksFinn: () => boolean;
}

/** Follows a run from its first event. */
export function watchRun(
  { layout }: Project,
  reporters: readonly Reporter[],
  environment: Environment,
): Watch {
  const began = environment.now();
  const id = `${new Date(began).toISOString().replaceAll(':', '-')}-${process.pid}`;
  const journal = createJournal(layout, id);
  const counts = { ran: 0, cached: 0 };
  let hasSaved = false;
  let isUsageError = false;
  let lacksFinn = false;
  return {
    id,
    began,
    journal,
    reporters,
    emit(event) {
      if (event.type === 'action-started') journal.open();
      if (event.type === 'action-succeeded') counts.ran++;
      if (event.type === 'action-cached') counts.cached++;
      if (event.type === 'results-saved') hasSaved = true;
      if (event.type === 'action-failed') {
        isUsageError ||= event.diagnostics.some(isMistakeOfUser);
        lacksFinn ||= event.diagnostics.some(isLackOfFinn);
      }
      if (event.type === 'run-checked' && event.isRefused) {
        const errors = event.diagnostics.filter(({ severity }) => severity === 'error');
        isUsageError ||= errors.length > 0 && errors.every(isMistakeOfUser);
        lacksFinn ||= errors.length > 0 && errors.every(isLackOfFinn);
      }
      journal.write(event);
      for (const reporter of reporters) reporter.report(event);
    },
    counts: () => counts,
    isIdle: () => counts.ran === 0 && !hasSaved,
    isUsageError: () => isUsageError,
    lacksFinn: () => lacksFinn,
  };
}

function isLackOfFinn({ code }: Diagnostic): boolean {
  return code === 'toolchain/not-installed';
}

function countEnds({ states }: ExecutionResult): Pick<RunCounts, 'failed' | 'blocked'> {
  const types = [...states.values()].map(({ type }) => type);
  return {
    failed: types.filter((type) => type === 'failed').length,
    blocked: types.filter((type) => type === 'blocked' || type === 'cancelled').length,
  };
}

function outcomeOf(
  { isLost, isUnsaved }: { readonly isLost: boolean; readonly isUnsaved: boolean },
  { failed, blocked }: RunCounts,
  isInterrupted: boolean,
) {
  if (isInterrupted) return 'interrupted';
  if (isLost) return 'lost';
  return isUnsaved || failed + blocked > 0 ? 'failed' : 'ok';
}
