import { createReadStream, lstatSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { localTime } from '../base/local-time.ts';
import { removeTree } from '../base/remove-tree.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { nameHint } from '../base/suggest.ts';
import { firstOf } from '../base/text.ts';
import type { FileEntry } from '../core/contracts/types.ts';
import { failureOf } from '../core/state/failures.ts';
import type { Layout } from '../core/state/layout.ts';
import { openLedger } from '../core/state/ledger.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmless } from '../reporters/style.ts';
import type { Environment } from './environment.ts';
import { follow, runningAttempt } from './follow.ts';
import { interruptible } from './interrupt.ts';
import { lastFailure } from './last-failure.ts';
import { openState } from './open-state.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { refuse } from './options.ts';
import { openProject } from './project.ts';
import { openStore } from './store.ts';

export interface ActionLogsOptions extends PlanOptions {
  readonly follow?: boolean;
}

/**
 * `pipeline logs [ACTION]`: the output of the running action, else of its last failure, else of the run that made its result; with
 * `--follow`, of the running action until it ends. Without an action, the one that failed last in the last run.
 */
export async function logs(named: string | undefined, options: ActionLogsOptions): Promise<ExitCode> {
  const opened = openState(options);
  if (opened === null) return 2;
  const { environment, isJson, layout } = opened;
  if (options.follow === true) {
    if (named !== undefined) return followed(named, layout, options, environment);
    const message = '--follow requires an action';
    const unnamed = problem('usage/follow-what', message, { hint: 'pipeline status lists those that run' });
    return refuse([unnamed], isJson, environment);
  }
  if (named !== undefined) return logsOf(named, layout, options, environment);
  const last = lastFailure(layout);
  if (!last.ok) return refuse(last.diagnostics, isJson, environment);
  const { action, at, diagnostics } = last.value;
  const when = localTime(at);
  if (!isJson) environment.error.write(`${action} failed at ${when}: ${diagnostics[0]?.message ?? ''}\n`);
  return logsOf(action, layout, options, environment);
}

async function logsOf(
  action: string,
  layout: Layout,
  options: PlanOptions,
  environment: Environment,
): Promise<ExitCode> {
  const isJson = options.json === true;
  const present = logFileOf(action, layout);
  if (present !== null) return show(present, action, isJson, environment);
  const stored = storedLogOf(action, layout);
  if (!stored.ok) return refuse(stored.diagnostics, isJson, environment);
  const project = await openProject(environment, options);
  if (!project.ok) return refuse(project.diagnostics, isJson, environment);
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-log-'));
  try {
    const copy = join(folder, 'log');
    if (stored.value !== null && !(await openStore(project.value, environment).putFile(stored.value, copy)))
      return refuse([logGone(action)], isJson, environment);
    return await show(stored.value === null ? null : copy, action, isJson, environment);
  } finally {
    removeTree(folder);
  }
}

/** What the action prints from now on; what it printed, if it has ended. */
function followed(
  action: string,
  layout: Layout,
  options: PlanOptions,
  environment: Environment,
): Promise<ExitCode> {
  const isJson = options.json === true;
  return interruptible(async (signal) => {
    const print = printer(action, isJson, environment);
    const isFollowed = await follow(action, layout, print, signal);
    return isFollowed || signal.aborted ? 0 : logsOf(action, layout, options, environment);
  });
}

/** The log of the running attempt, or of the last one that failed; null if there is none. */
function logFileOf(action: string, layout: Layout): string | null {
  const running = runningAttempt(action, layout);
  const logs = [...(running === null ? [] : [running.log]), failureOf(layout, action).log];
  return logs.find((path) => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) ?? null;
}

/** The log of the last result; null if the action printed nothing. */
function storedLogOf(action: string, layout: Layout): Result<FileEntry | null> {
  const ledger = openLedger(layout, null);
  const entry = ledger.entry(action);
  if (entry !== null) return success(entry.record.log);
  return failure(
    problem('usage/unknown-target', `there is no record of an action "${action}"`, {
      hint: actionHint(action, ledger.labels()),
    }),
  );
}

/** Of a stage that has several actions these, else the nearest name. */
function actionHint(name: string, labels: readonly string[]): string {
  const own = labels.filter((label) => label.startsWith(`${name}/`));
  return own.length > 1 ? `it has several: ${firstOf(own, 5)}` : nameHint(name, labels);
}

function logGone(action: string): Diagnostic {
  return problem('cache/log-gone', `the log of ${action} is no longer in the cache`, {
    hint: `pipeline run ${action} --force makes it again`,
  });
}

/** Piece by piece: a log can be larger than a text may be. */
async function show(
  path: string | null,
  action: string,
  isJson: boolean,
  environment: Environment,
): Promise<ExitCode> {
  const { out, error } = environment;
  const print = printer(action, isJson, environment);
  let isEmpty = true;
  if (path !== null)
    for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: pieceBytes })) {
      const text = piece as string;
      isEmpty = false;
      print(text);
      await nextTurn();
    }
  if (isEmpty && isJson) out.write(jsonLine({ type: 'log', action, text: '' }));
  else if (isEmpty) error.write(`${action} printed nothing; pipeline show ${action} shows what it made\n`);
  return 0;
}

function printer(action: string, isJson: boolean, { out }: Environment): (text: string) => void {
  return (text) => {
    if (isJson) out.write(jsonLine({ type: 'log', action, text }));
    else if (out.isTerminal) out.write(harmless(text));
    else out.pass(text);
  };
}

const pieceBytes = 1 << 20;
