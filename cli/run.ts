import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { byteSize } from '../base/units.ts';
import { select } from '../core/execution/select.ts';
import { jsonReporter } from '../reporters/json.ts';
import { lazyReporter } from '../reporters/lazy.ts';
import { plainReporter } from '../reporters/plain.ts';
import type { Reporter, Volume } from '../reporters/reporter.ts';
import { choiceOf } from './choice.ts';
import { canAsk, confirm } from './confirm.ts';
import type { Engine } from './engine.ts';
import { openEngine } from './engine.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { isRememberable, listenTo } from './idle/listen.ts';
import type * as Remember from './idle/remember.ts';
import { endAtOnce, onInterrupt } from './interrupt.ts';
import { exitCodes, runIn, watchRun } from './one-run.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { refuse } from './options.ts';
import { ownFile } from './own-file.ts';
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
  const surroundings = readEnvironment(options);
  const heard = listenTo(surroundings.out);
  const environment: Environment = { ...surroundings, out: heard.terminal };
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
  if (options.only === true && targets.length === 0) {
    const hint = 'name what to run, such as build/1; without --only everything that is not up to date runs';
    return refused([problem('usage/only-what', '--only requires a target', { hint })]);
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
  let hasMore = false;
  let isIdle = false;
  const stopListening = onInterrupt((time) => {
    if (time === 1) {
      watch.emit({ type: 'run-stopping', at: environment.now() });
      interruption.abort();
      return;
    }
    endAtOnce(engine, watch.reporters);
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
    const request = {
      ...{ selection: selection.value, targets, signal: interruption.signal },
      ...{ force: options.force === true, only: options.only === true, recut: options.recut === true },
      stopAfter: options.keepGoing === 0 ? Infinity : options.keepGoing,
      ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      tellAfter(text: string) {
        hasMore ||= text !== '';
        after += isJson ? '' : text;
      },
    };
    const outcome = await runIn(engine, opened.value, watch, request, environment);
    // What was said behind everything else is news, and not for the next time.
    isIdle = outcome === 'ok' && watch.isIdle() && !hasMore;
    return { code: watch.isUsageError() ? 2 : exitCodes[outcome], lacksFinn: watch.lacksFinn() };
  } finally {
    stopListening();
    await Promise.all(watch.reporters.map((reporter) => reporter.finish()));
    environment.out.write(after);
    await engine?.close();
    const args = process.argv.slice(2);
    if (isIdle && engine !== null && isRememberable(args, environment.project, process.cwd())) {
      const { rememberIdle } = (await import(ownFile('idle.js').href)) as typeof Remember;
      const { ledger } = engine.context;
      rememberIdle({ project: opened.value, environment, ledger, arguments: args, answer: heard.text() });
    }
  }
}

function reporterFor(options: RunOptions, environment: Environment): Reporter {
  const { json, quiet, verbose } = options;
  const choice = choiceOf(options);
  const { out, readLines } = environment;
  if (json === true) return jsonReporter(out);
  const view = (volume: Volume) => ({ clock: environment, volume, choice });
  const plain = (volume: Volume): Reporter => plainReporter(out, readLines, view(volume));
  if (quiet === true) return plain('quiet');
  const volume = verbose === true ? 'verbose' : 'normal';
  if (!out.isLive) return plain(volume);
  return lazyReporter(async () => {
    const { liveReporter } = await import('../reporters/live.ts');
    return liveReporter(out, readLines, { clock: environment, volume, choice });
  }, plain(volume));
}

/** Runs a command of the user's, if one is named, once an action has started. */
function notifiers({ notify }: RunOptions, environment: Environment): readonly Reporter[] {
  const command = notify ?? environment.variables['PIPELINE_NOTIFY'] ?? '';
  if (command === '') return [];
  const none: Reporter = { report: () => undefined, finish: () => Promise.resolve() };
  return [lazyReporter(async () => (await import('./notify.ts')).notifier(command, environment), none)];
}
