import type { ExecutionEvent, RunCounts } from '../core/contracts/events.ts';
import type { ExecutionResult } from '../core/execution/execute.ts';
import { execute } from '../core/execution/execute.ts';
import { keepLocks } from '../core/execution/keep-locks.ts';
import { select } from '../core/execution/select.ts';
import { createJournal } from '../core/state/journal.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { jsonReporter } from '../reporters/json.ts';
import { lazyReporter } from '../reporters/lazy.ts';
import { plainReporter } from '../reporters/plain.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { canAsk, confirm } from './confirm.ts';
import { openEngine } from './engine.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { refuse } from './options.ts';
import { openProject } from './project.ts';

export interface RunOptions extends PlanOptions {
  readonly force?: boolean;
  readonly only?: boolean;
  readonly recut?: boolean;
  readonly keepGoing: boolean;
  readonly jobs?: number;
}

/**
 * `pipeline run [TARGET…]`: brings the targets, or everything, up to date. Where that needs FINN, which is not installed, and
 * somebody is there, it offers to install it and goes on.
 */
export async function run(targets: readonly string[], options: RunOptions): Promise<ExitCode> {
  const { code, lacksFinn } = await runOnce(targets, options);
  if (!lacksFinn || options.json === true || !canAsk()) return code;
  const { sizes } = await import('../toolchain/finn/requirements.ts');
  const question = `Install FINN+ now (${sizes.download / 1e6} MB to download, ${sizes.disk / 1e6} MB on disk)?`;
  if (!(await confirm(question))) return code;
  const { install } = await import('./toolchain.ts');
  const installed = await install('finn', {});
  return installed === 0 ? (await runOnce(targets, options)).code : installed;
}

interface Ran {
  readonly code: ExitCode;
  /** Something could not run because FINN is not installed, and no other environment is named. */
  readonly lacksFinn: boolean;
}

async function runOnce(targets: readonly string[], options: RunOptions): Promise<Ran> {
  const environment = readEnvironment(options.directory);
  const isJson = options.json === true;
  const opened = await openProject(environment.project, options.profile ?? null);
  const refused = (diagnostics: readonly Diagnostic[]): Ran => ({
    code: refuse(diagnostics, isJson, environment),
    lacksFinn: false,
  });
  if (!opened.ok) return refused(opened.diagnostics);
  const { project } = opened;
  const selection = select(targets, project.plan);
  if ('length' in selection) return refused(selection);
  if (options.force === true && targets.length === 0) {
    const message = '--force needs to know what to run again';
    const hint = 'name a stage or an action, such as build/1';
    return refused([{ code: 'usage/force-what', severity: 'error', message, hint }]);
  }
  const began = environment.now();
  const id = `${new Date(began).toISOString().replaceAll(':', '-')}-${process.pid}`;
  const journal = createJournal(project.layout, id);
  const reporter = reporterFor(isJson, environment);
  let isUsageError = false;
  let lacksFinn = false;
  const tally = { ran: 0, cached: 0 };
  const emit = (event: ExecutionEvent): void => {
    if (event.type === 'action-started') journal.open();
    if (event.type === 'action-succeeded') tally.ran++;
    if (event.type === 'action-cached') tally.cached++;
    if (event.type === 'action-failed') {
      isUsageError ||= event.diagnostics.some(({ code }) => code.startsWith('usage/'));
      lacksFinn ||= event.diagnostics.some(({ code }) => code === 'toolchain/not-installed');
    }
    journal.write(event);
    reporter.report(event);
  };
  const stages = project.plan.stages.map(({ name }) => name).filter((name) => selection.stages.has(name));
  emit({ type: 'run-started', at: began, run: id, targets, profile: project.profile, stages });
  const listeners = { emit, onStale: () => undefined };
  const engine = openEngine(project, environment, listeners, options.recut === true);
  const interruption = new AbortController();
  const stopListening = onInterrupt({
    first: () => {
      interruption.abort();
    },
    second: () => {
      engine.abandon();
      process.exit(130);
    },
  });
  try {
    const isSettled = await engine.settle();
    const result = await execute(project.plan, engine.context, {
      selection,
      mode: 'run',
      force: options.force === true,
      only: options.only === true,
      keepGoing: options.keepGoing,
      jobs: options.jobs ?? environment.cores,
      signal: interruption.signal,
    });
    // CI builds by the cuts that somebody decided on; it decides on none.
    const isNews = tally.ran > 0 || isSettled;
    if (!result.isLost && (environment.variables['CI'] ?? '') === '' && isNews)
      await keepLocks(project.plan, engine.context, result.states);
    const counts = { ...tally, ...countEnds(result) };
    const outcome = outcomeOf(result, counts, interruption.signal.aborted);
    const now = environment.now();
    emit({ type: 'run-finished', at: now, outcome, milliseconds: now - began, counts });
    // A run that did nothing leaves the journal of the last one that did in its place.
    if (tally.ran > 0 || (outcome !== 'ok' && outcome !== 'lost' && engine.isFree())) journal.open();
    await reporter.finish();
    return { code: isUsageError ? 2 : exitCodes[outcome], lacksFinn };
  } finally {
    stopListening();
    await engine.close();
  }
}

const exitCodes = { ok: 0, failed: 1, lost: 3, interrupted: 130 } as const;

function reporterFor(isJson: boolean, { out, readLines }: Environment): Reporter {
  if (isJson) return jsonReporter(out);
  const plain = plainReporter(out, readLines);
  if (!out.isInteractive) return plain;
  return lazyReporter(async () => (await import('../reporters/tree.ts')).treeReporter(out, readLines), plain);
}

function countEnds({ states }: ExecutionResult): Pick<RunCounts, 'failed' | 'blocked'> {
  const types = [...states.values()].map(({ type }) => type);
  return {
    failed: types.filter((type) => type === 'failed').length,
    blocked: types.filter((type) => type === 'blocked' || type === 'cancelled').length,
  };
}

function outcomeOf({ isLost }: ExecutionResult, { failed, blocked }: RunCounts, isInterrupted: boolean) {
  if (isInterrupted) return 'interrupted' as const;
  if (isLost) return 'lost' as const;
  return failed + blocked > 0 ? ('failed' as const) : ('ok' as const);
}

/** Calls back on the first Ctrl-C or request to end, and on the second. Returns how to stop listening. */
function onInterrupt({ first, second }: { first: () => void; second: () => void }): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let isAsked = false;
  const listener = (): void => {
    (isAsked ? second : first)();
    isAsked = true;
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
