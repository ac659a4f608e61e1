import { closeSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { machineFailure } from '../../base/machine-failure.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { recordFormat } from '../contracts/record.ts';
import type {
  ActionRecord,
  Exit,
  Handle,
  Job,
  Runner,
  Surroundings,
  WorkReport,
} from '../contracts/types.ts';
import type { World } from '../contracts/world.ts';
import type { ResolvedAction } from './action.ts';
import type { ExecutionContext } from './context.ts';
import { runJob } from './job.ts';
import type { Harvest } from './workspace.ts';
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
  /** Absolute path of the work directory to create. */
  readonly directory: string;
  readonly context: Pick<ExecutionContext, 'layout' | 'templates' | 'store' | 'now'>;
  /** `finisher` runs the work that finishes a process. */
  readonly runners: { readonly own: Runner; readonly finisher: Runner };
  readonly surroundings: Surroundings;
  /** For effects: the world they act on. */
  readonly world: World;
  readonly onSubmitted: (handle: Handle, log: string) => void;
  readonly onOutput: (text: string) => void;
}

/** After a run longer than this, waiting for the disk pays off. */
const durableMilliseconds = 5_000;

/** Disk space reserved while an action runs, so that its results can be recorded even if it filled the rest. */
const reserveBytes = 64 * 1024;

/**
 * Runs one action in a fresh work directory and keeps its results, or reports why there are none. Stores nothing on failure.
 */
export async function attempt(options: AttemptOptions): Promise<Attempt> {
  try {
    return await attemptOnce(options);
  } catch (error) {
    return { type: 'lost', diagnostic: machineFailure(error) };
  }
}

async function attemptOnce(options: AttemptOptions): Promise<Attempt> {
  const { resolved, directory, context } = options;
  const { layout, templates, store, now } = context;
  const { action, spec } = resolved;
  const started = now();
  const prepared = await prepare(resolved, directory, layout.project, templates, store);
  if (prepared.type === 'damaged') return prepared;
  if (prepared.type === 'changed') {
    const message = `${prepared.path} changed while the pipeline ran`;
    return { type: 'failed', diagnostics: [problem('file/changed', message, { hint: 'run again' })] };
  }
  const logPath = join(directory, 'log');
  const exit = await follow(options, logPath);
  const ending = problemOf(exit, logPath);
  if (ending !== null) return ending;
  const collections = action.kind
    .outputs(action.stage.params)
    .flatMap((output) => (output.collection === true ? [output.port] : []));
  const harvested = await harvest(directory, spec.outputs, collections, store);
  if (!harvested.ok) return { type: 'failed', diagnostics: harvested.diagnostics };
  const log = statSync(logPath).size === 0 ? null : await store.takeFile('log', logPath, true);
  const record = recordOf(resolved, harvested.value, log, reportOf(exit));
  await store.keep(record, now() - started > durableMilliseconds);
  removeTree(directory);
  return { type: 'succeeded', record };
}

/** Runs the job of an action to its end, with its log in the work directory. */
async function follow(
  { resolved, directory, context, runners, surroundings, world, onSubmitted, onOutput }: AttemptOptions,
  logPath: string,
): Promise<Exit> {
  const { action, spec } = resolved;
  const { timeoutSeconds } = action.stage;
  const job: Job = {
    label: action.label,
    directory,
    run: spec.run,
    params: parametersOf(spec),
    ...(spec.run.type === 'process' ? { surroundings } : {}),
    ...(spec.run.type === 'effect' ? { world } : {}),
    ...(timeoutSeconds === null ? {} : { timeoutSeconds }),
  };
  const reserve = join(directory, 'reserve');
  writeFileSync(reserve, Buffer.alloc(reserveBytes));
  const log = openSync(logPath, 'w');
  try {
    return await runJob(job, {
      runners,
      log,
      onSubmitted(handle) {
        onSubmitted(handle, relative(context.layout.project, logPath));
      },
      onOutput,
    });
  } finally {
    closeSync(log);
    rmSync(reserve, { force: true });
  }
}

function reportOf(exit: Exit): WorkReport {
  return exit.type === 'finished' && exit.result.ok ? exit.result.value : {};
}

function recordOf(
  { fingerprint }: ResolvedAction,
  { outputs, items }: Harvest,
  log: ActionRecord['log'],
  { summary, detail = [], emulated = false, warnings = [] }: WorkReport,
): ActionRecord {
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
  };
}

/** Why an exit is not a success; null if it is one. */
function problemOf(exit: Exit, logPath: string): Attempt | null {
  const failed = (code: string, message: string, hint?: string): Attempt => ({
    type: 'failed',
    diagnostics: [problem(code, message, { hint, detail: tail(logPath, 15) })],
  });
  switch (exit.type) {
    case 'exited':
      return exit.code === 0 ? null : failed('action/failed', `it ended with exit code ${exit.code}`);
    case 'finished':
      return exit.result.ok ? null : { type: 'failed', diagnostics: exit.result.diagnostics };
    case 'signalled': {
      const hint = 'SIGKILL often means that memory ran out';
      return failed('action/killed', `it was ended by ${exit.signal}`, hint);
    }
    case 'timed-out': {
      const hint = 'raise the timeout of the stage';
      return failed('action/timed-out', `it took longer than ${exit.seconds} s`, hint);
    }
    case 'cancelled':
      return { type: 'cancelled' };
    case 'lost':
      return { type: 'lost', diagnostic: problem('infrastructure/lost', exit.reason) };
  }
}

/** The last lines of a file; reads at most its last 64 KiB and cuts long lines. */
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
