import { basename } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { byteSize } from '../base/units.ts';
import type { Plan } from '../core/contracts/plan.ts';
import type { ExecutionEvent, RunCounts } from '../core/contracts/events.ts';
import type { ExecutionResult } from '../core/execution/execute.ts';
import { execute } from '../core/execution/execute.ts';
import { hasLocks, keepLocks, wouldChangeLocks } from '../core/execution/keep-locks.ts';
import { retainExisting } from '../core/execution/retain.ts';
import type { Selection } from '../core/execution/select.ts';
import { select } from '../core/execution/select.ts';
import type { Journal } from '../core/state/journal.ts';
import { createJournal } from '../core/state/journal.ts';
import { jsonReporter } from '../reporters/json.ts';
import { lazyReporter } from '../reporters/lazy.ts';
import { plainReporter } from '../reporters/plain.ts';
import type { Reporter, Volume } from '../reporters/reporter.ts';
import { canAsk, confirm } from './confirm.ts';
import type { Engine } from './engine.ts';
import { openEngine } from './engine.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { onInterrupt } from './interrupt.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { isMistakeOfUser, refuse } from './options.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';
import { variantOf } from './variant.ts';

export interface RunOptions extends PlanOptions {
  readonly force?: boolean;
  readonly only?: boolean;
  readonly recut?: boolean;
  /** How many failures stop a run; 0 for none. */
  readonly keepGoing: number;
  readonly jobs?: number;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly wait: boolean;
  readonly trustState?: boolean;
  /** A command of the user's for failures and the end. */
  readonly notify?: string;
}

/**
 * `pipeline run [TARGET…]`: brings the targets, or everything, up to date. If FINN is needed but not installed, and a person
 * can be asked, it offers to install FINN and continues.
 */
export async function run(targets: readonly string[], options: RunOptions): Promise<ExitCode> {
  const { code, lacksFinn } = await runOnce(targets, options);
  if (!lacksFinn || options.json === true || !canAsk()) return code;
  const { sizes } = await import('../toolchain/finn/requirements.ts');
  const question = `Install FINN+ now (${byteSize(sizes.download)} to download, ${byteSize(sizes.disk)} on disk)?`;
  if (!(await confirm(question))) return code;
  const { install } = await import('./toolchain.ts');
  const installed = await install('finn', {});
  return installed === 0 ? (await runOnce(targets, options)).code : installed;
}

interface Ran {
  readonly code: ExitCode;
  /** Whether something could not run because FINN is not installed and no other environment is named. */
  readonly lacksFinn: boolean;
}

async function runOnce(targets: readonly string[], options: RunOptions): Promise<Ran> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const refused = (diagnostics: readonly Diagnostic[]): Ran => ({
    code: refuse(diagnostics, isJson, environment),
    lacksFinn: false,
  });
  const opened = await openProject(environment, options);
  if (!opened.ok) return refused(opened.diagnostics);
  const selection = select(targets, opened.value.plan);
  if (!selection.ok) return refused(selection.diagnostics);
  if (options.force === true && targets.length === 0) {
    const hint = 'name a stage or an action, such as build/1';
    return refused([problem('usage/force-what', '--force requires a target', { hint })]);
  }
  const { plan } = opened.value;
  const stages = plan.stages.map(({ name }) => name).filter((name) => selection.value.stages.has(name));
  const reporters = [reporterFor(options, environment), ...notifiers(options, environment)];
  const watch = watchRun(opened.value, reporters, environment);
  watch.emit({
    type: 'run-started',
    at: watch.began,
    run: watch.id,
    targets,
    profile: variantOf(opened.value),
    stages,
  });
  const interruption = new AbortController();
  let engine: Engine | null = null;
  let after = '';
  const stopListening = onInterrupt((time) => {
    if (time === 1) {
      watch.emit({ type: 'run-stopping', at: environment.now() });
      interruption.abort();
      return;
    }
    engine?.abandon();
    process.exit(130);
  });
  try {
    engine = await openEngine(opened.value, environment, {
      emit: watch.emit,
      recut: options.recut === true,
      claim: {
        wait: options.wait,
        trustState: options.trustState === true,
        signal: interruption.signal,
      },
    });
    const outcome = await runIn(engine, opened.value, selection.value, watch, {
      ...options,
      targets,
      environment,
      signal: interruption.signal,
      tellAfter: (text) => (after += text),
    });
    return { code: watch.isUsageError() ? 2 : exitCodes[outcome], lacksFinn: watch.lacksFinn() };
  } finally {
    stopListening();
    await Promise.all(watch.reporters.map((reporter) => reporter.finish()));
    environment.out.write(after);
    await engine?.close();
  }
}

const exitCodes = { ok: 0, failed: 1, lost: 3, interrupted: 130 } as const;

/** Executes, keeps the decisions, and ends the views of the run. */
async function runIn(
  engine: Engine,
  { plan, set, layout }: Project,
  selection: Selection,
  watch: Watch,
  options: RunOptions & {
    readonly targets: readonly string[];
    readonly environment: Environment;
    readonly signal: AbortSignal;
    /** Shows a text behind everything else. */
    readonly tellAfter: (text: string) => void;
  },
): Promise<keyof typeof exitCodes> {
  const { targets, environment, signal } = options;
  const isSettled = await engine.settle();
  const result = await execute(plan, engine.context, {
    selection,
    mode: 'run',
    force: options.force === true,
    only: options.only === true,
    stopAfter: options.keepGoing === 0 ? Infinity : options.keepGoing,
    jobs: options.jobs ?? plan.resources['cores'] ?? environment.cores,
    signal,
  });
  const ran = watch.counts().ran;
  if (targets.length === 0 && !result.isLost) retainExisting(plan, engine.context.ledger, result.states);
  // CI builds with the cuts that a person committed; it never chooses any.
  const isNews = ran > 0 || isSettled || options.recut === true || !hasLocks(plan, engine.context);
  const mayKeep = !result.isLost && !environment.isCi && isNews;
  const isTrial = set.length > 0;
  if (mayKeep && !isTrial) await keepLocks(plan, engine.context, result.states);
  const isUnkept = mayKeep && isTrial && (await wouldChangeLocks(plan, engine.context, result.states));
  const unsaved = isTrial || signal.aborted ? [] : await savingIn(plan, engine, result, targets, watch);
  const counts = { ...watch.counts(), ...countEnds(result) };
  const isLost = (result.isLost && !watch.isUsageError()) || unsaved.some(isOfMachine);
  const outcome = outcomeOf({ isLost, isUnsaved: unsaved.length > 0 }, counts, signal.aborted);
  const at = environment.now();
  watch.emit({ type: 'run-finished', at, outcome, milliseconds: at - watch.began, counts });
  // A run that did nothing leaves the journal of the last one that did something.
  if (ran > 0 || (outcome !== 'ok' && !result.isLost && engine.isFree())) watch.journal.open();
  if (isUnkept && options.json !== true)
    options.tellAfter(`${basename(layout.decisions)} stays as it is: a run with --set is a trial\n`);
  if (isTrial && options.json !== true && plan.stages.some(({ save }) => save !== null))
    options.tellAfter('nothing was saved: a run with --set is a trial\n');
  return outcome;
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

function isOfMachine({ code }: Diagnostic): boolean {
  return code.startsWith('infrastructure/');
}

/** Receives the events of a run for the journal, the reporter, and the exit code. */
interface Watch {
  readonly id: string;
  /** ms since 1970. */
  readonly began: number;
  readonly journal: Journal;
  readonly reporters: readonly Reporter[];
  readonly emit: (event: ExecutionEvent) => void;
  readonly counts: () => Pick<RunCounts, 'ran' | 'cached'>;
  readonly isUsageError: () => boolean;
  readonly lacksFinn: () => boolean;
}

function watchRun({ layout }: Project, reporters: readonly Reporter[], environment: Environment): Watch {
  const began = environment.now();
  const id = `${new Date(began).toISOString().replaceAll(':', '-')}-${process.pid}`;
  const journal = createJournal(layout, id);
  const counts = { ran: 0, cached: 0 };
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
    isUsageError: () => isUsageError,
    lacksFinn: () => lacksFinn,
  };
}

function isLackOfFinn({ code }: Diagnostic): boolean {
  return code === 'toolchain/not-installed';
}

function reporterFor({ json, quiet, verbose }: RunOptions, environment: Environment): Reporter {
  const { out, readLines } = environment;
  if (json === true) return jsonReporter(out);
  const view = (volume: Volume) => ({ clock: environment, volume });
  const plain = (volume: Volume): Reporter => plainReporter(out, readLines, view(volume));
  if (quiet === true) return plain('quiet');
  const volume = verbose === true ? 'verbose' : 'normal';
  if (!out.isLive) return plain(volume);
  return lazyReporter(async () => {
    const { liveReporter } = await import('../reporters/live.ts');
    return liveReporter(out, readLines, { clock: environment, volume });
  }, plain(volume));
}

/** Runs a command of the user's, if one is named, once an action has started. */
function notifiers({ notify }: RunOptions, environment: Environment): readonly Reporter[] {
  const command = notify ?? environment.variables['PIPELINE_NOTIFY'] ?? '';
  if (command === '') return [];
  const none: Reporter = { report: () => undefined, finish: () => Promise.resolve() };
  return [lazyReporter(async () => (await import('./notify.ts')).notifier(command, environment), none)];
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
