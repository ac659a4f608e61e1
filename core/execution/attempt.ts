import { closeSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { diskFailure } from '../../base/disk-failure.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { Layout } from '../state/layout.ts';
import type { Store } from '../contracts/store.ts';
import { recordFormat } from '../contracts/store.ts';
import type { ActionRecord, Exit, Handle, Job, Runner, Surroundings } from '../contracts/types.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { JsonObject } from '../../base/json.ts';
import type { ResolvedAction } from './action.ts';
import { runJob } from './job.ts';
import { harvest, parametersOf, prepare } from './workspace.ts';

export type Attempt =
  | { readonly type: 'succeeded'; readonly record: ActionRecord }
  | { readonly type: 'failed'; readonly diagnostics: readonly Diagnostic[] }
  /** The machine or the runner let us down: not the action's fault. */
  | { readonly type: 'lost'; readonly diagnostic: Diagnostic }
  | { readonly type: 'cancelled' }
  | { readonly type: 'damaged'; readonly producer: string };

export interface AttemptOptions {
  readonly resolved: ResolvedAction;
  readonly directory: string;
  readonly layout: Layout;
  readonly templates: string;
  readonly store: Store;
  readonly runner: Runner;
  /** Runs the builtin that finishes a process. */
  readonly finisher: Runner;
  readonly surroundings: Surroundings;
  /** For effects: what they act on. */
  readonly world: JsonObject;
  readonly now: () => number;
  readonly onSubmitted: (handle: Handle, log: string) => void;
  readonly onOutput: (text: string) => void;
}

/** What took longer than this is worth waiting for the disk. */
const durableMilliseconds = 5_000;

/** Room on the disk that is set aside while an action runs, so that its results can be recorded even when it filled the rest. */
const reserveBytes = 64 * 1024;

/** Runs one action in a fresh work directory and keeps its results, or says why there are none. Stores nothing on failure. */
export async function attempt(options: AttemptOptions): Promise<Attempt> {
  try {
    return await attemptOnce(options);
  } catch (error) {
    return { type: 'lost', diagnostic: diskFailure(error) };
  }
}

async function attemptOnce(options: AttemptOptions): Promise<Attempt> {
  const { resolved, directory, layout, store, now } = options;
  const { action, spec } = resolved;
  const started = now();
  const prepared = await prepare(resolved, directory, layout.project, options.templates, store);
  if (prepared.type === 'damaged') return prepared;
  if (prepared.type === 'changed')
    return {
      type: 'failed',
      diagnostics: [failure('file/changed', `${prepared.path} changed while the pipeline ran`, 'run again')],
    };
  const reserve = join(directory, 'reserve');
  writeFileSync(reserve, Buffer.alloc(reserveBytes));
  const logPath = join(directory, 'log');
  const log = openSync(logPath, 'w');
  let exit: Exit;
  try {
    const job: Job = {
      label: action.label,
      directory,
      run: spec.run,
      params: parametersOf(spec),
      ...(spec.run.type === 'process' ? { surroundings: options.surroundings } : {}),
      ...(spec.run.type === 'effect' ? { world: options.world } : {}),
      ...(action.stage.timeoutSeconds === null ? {} : { timeoutSeconds: action.stage.timeoutSeconds }),
    };
    exit = await runJob(job, {
      runner: options.runner,
      finisher: options.finisher,
      log,
      onSubmitted(handle) {
        options.onSubmitted(handle, relative(layout.project, logPath));
      },
      onOutput: options.onOutput,
    });
  } finally {
    closeSync(log);
  }
  rmSync(reserve, { force: true });
  const problem = problemOf(exit, logPath);
  if (problem !== null) return problem;
  const collections = action.kind
    .outputs(action.stage.params)
    .filter(({ collection }) => collection === true);
  const harvested = await harvest(
    directory,
    spec.outputs,
    collections.map(({ port }) => port),
    store,
  );
  if (!harvested.ok) return { type: 'failed', diagnostics: harvested.diagnostics };
  const result = exit.type === 'finished' && exit.result.ok ? exit.result : null;
  const record: ActionRecord = {
    format: recordFormat,
    fingerprint: resolved.fingerprint,
    outputs: harvested.outputs,
    items: harvested.items,
    log: statSync(logPath).size === 0 ? null : await store.takeFile('log', logPath, true),
    summary: result?.summary ?? null,
    detail: result?.detail ?? [],
    emulated: result?.emulated ?? false,
    warnings: result?.warnings ?? [],
  };
  await store.keep(record, now() - started > durableMilliseconds);
  removeTree(directory);
  return { type: 'succeeded', record };
}

function problemOf(exit: Exit, logPath: string): Attempt | null {
  const failed = (code: string, message: string, hint?: string): Attempt => ({
    type: 'failed',
    diagnostics: [{ ...failure(code, message, hint), detail: tail(logPath, 15) }],
  });
  switch (exit.type) {
    case 'exited':
      return exit.code === 0 ? null : failed('action/failed', `it ended with exit code ${exit.code}`);
    case 'finished':
      return exit.result.ok ? null : { type: 'failed', diagnostics: exit.result.diagnostics };
    case 'signalled':
      return failed(
        'action/killed',
        `it was ended by ${exit.signal}`,
        'SIGKILL often means that memory ran out',
      );
    case 'timed-out':
      return failed(
        'action/timed-out',
        `it took longer than ${exit.seconds} s`,
        'raise the timeout of the stage',
      );
    case 'cancelled':
      return { type: 'cancelled' };
    case 'lost':
      return { type: 'lost', diagnostic: failure('infrastructure/lost', exit.reason) };
  }
}

function failure(code: string, message: string, hint?: string): Diagnostic {
  return { code, severity: 'error', message, ...(hint === undefined ? {} : { hint }) };
}

/** The last lines of a file, of which at most the last 64 KiB are read; long lines are cut. */
function tail(path: string, lines: number): string {
  const buffer = Buffer.alloc(64 * 1024);
  const file = openSync(path, 'r');
  try {
    const read = readSync(file, buffer, 0, buffer.length, Math.max(0, statSync(path).size - buffer.length));
    const text = buffer.toString('utf8', 0, read).trimEnd();
    return text
      .split('\n')
      .slice(-lines)
      .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line))
      .join('\n');
  } finally {
    closeSync(file);
  }
}

const longestLine = 500;
