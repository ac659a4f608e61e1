import { closeSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { entryAt } from '../../base/entry-at.ts';
import { machineFailure } from '../../base/machine-failure.ts';
import { withoutOverwritten } from '../../base/overwritten.ts';
import { shellWord } from '../../base/shell-word.ts';
import type { Cost, Exit, Handle, Job, Runner, Surroundings } from '../contracts/types.ts';
import type { World } from '../contracts/world.ts';
import type { AttemptFolder } from '../state/attempts.ts';
import { noteFinished } from '../state/attempts.ts';
import { noteScript } from '../state/failures.ts';
import { pipelineFile } from '../state/layout.ts';
import type { ResolvedAction } from './action.ts';
import { fileNamesOf } from './action.ts';
import type { ExecutionContext } from './context.ts';
import type { JobEnd } from './job.ts';
import { runJob } from './job.ts';
import type { Stored } from './store-results.ts';
import { storeResults } from './store-results.ts';
import { parametersOf, prepare } from './workspace.ts';

export type Attempt =
  | Stored
  | { readonly type: 'cancelled' }
  /** The machine or the runner let us down: not the action's fault. */
  | { readonly type: 'lost'; readonly diagnostic: Diagnostic }
  | { readonly type: 'damaged'; readonly producer: string; readonly path: string };

export interface AttemptOptions {
  readonly resolved: ResolvedAction;
  readonly folder: AttemptFolder;
  readonly context: Pick<
    ExecutionContext,
    'layout' | 'planWords' | 'templates' | 'store' | 'digests' | 'now'
  >;
  /** `finisher` runs the work that finishes a process. */
  readonly runners: { readonly own: Runner; readonly finisher: Runner };
  readonly surroundings: Surroundings;
  /** How many cores a process may use. */
  readonly cores: number;
  /** For effects: the world they act on. */
  readonly world: World;
  readonly onSubmitted: (handle: Handle, log: string) => void;
  readonly onOutput: (text: string) => void;
}

/** After a run longer than this, waiting for the disk pays off. */
const durableMilliseconds = 5_000;

/** Disk space reserved while an action runs, so that its results can be recorded even if it filled the rest. */
const reserveBytes = 64 * 1024;

/** Runs one action in a fresh folder and stores its results, or reports why there are none. Stores nothing on failure. */
export async function attempt(options: AttemptOptions): Promise<Attempt> {
  try {
    return await attemptOnce(options);
  } catch (error) {
    return { type: 'lost', diagnostic: machineFailure(error) };
  }
}

async function attemptOnce(options: AttemptOptions): Promise<Attempt> {
  const { resolved, folder, context } = options;
  const { layout, templates, store, digests, now } = context;
  const started = now();
  const prepared = await prepare(resolved, folder.job, layout.project, templates, store);
  if (prepared.type === 'damaged') return prepared;
  if (prepared.type === 'changed') {
    digests.forget(prepared.path);
    const message = `${prepared.path} changed while the pipeline ran`;
    return { type: 'failed', diagnostics: [problem('file/changed', message, { hint: 'run again' })] };
  }
  const job = jobOf(options);
  const { exit, usage } = await follow(job, options);
  const isStopped = exit.type === 'cancelled' || exit.type === 'lost';
  if (!isStopped && hasDeleted(folder)) return { type: 'failed', diagnostics: [deletedFolder] };
  const ending = problemOf(exit, folder.log);
  const report = exit.type === 'finished' && exit.result.ok ? exit.result.value : {};
  const cost: Cost = { ...usage, milliseconds: Math.max(0, now() - started) };
  // What acted on the world a while ago proves nothing about it now.
  if (ending === null && resolved.spec.run.type !== 'effect')
    noteFinished(folder, { fingerprint: resolved.fingerprint, report, cost });
  rmSync(folder.reserve, { force: true });
  const isDurable = cost.milliseconds > durableMilliseconds;
  const outcome = ending ?? (await storeResults(resolved, folder, { report, cost }, store, isDurable));
  if (outcome.type === 'failed' || outcome.type === 'unstored')
    noteScript(folder, await scriptOf(job, options));
  return outcome;
}

/** Whether a job has deleted what belongs to this program, around its own folder: all that is known of how it ended. */
function hasDeleted({ log }: AttemptFolder): boolean {
  return entryAt(log) === null;
}

const deletedFolder = problem('action/deleted-folder', 'it deleted the folder around its own', {
  hint: 'a command may do anything in the folder that it starts in, and nothing above it (..)',
});

/** How to repeat a failed job by hand: its command, or that of the pipeline for what only this program can do. */
async function scriptOf(job: Job, { runners, context }: AttemptOptions): Promise<string> {
  if (job.run.type === 'process' && runners.own.script !== undefined) return runners.own.script(job);
  const { file } = context.layout;
  const words = [job.label, ...(file === pipelineFile ? [] : ['-f', file]), ...context.planWords];
  return `#!/bin/sh
# Only the pipeline can run ${job.label}, in a folder of its own. With arguments, this runs them in job/ instead.
cd -- "$(dirname -- "$0")/job" || exit
[ $# -eq 0 ] || exec "$@"
cd -- ../../../.. && exec pipeline run ${words.map(shellWord).join(' ')}
`;
}

function jobOf({ resolved, folder, surroundings, cores, world }: AttemptOptions): Job {
  const { action, spec } = resolved;
  const { timeoutSeconds } = action.stage;
  return {
    label: action.label,
    attempt: folder.id,
    directory: folder.job,
    run: spec.run,
    params: parametersOf(spec),
    ...(spec.run.type === 'process' ? { surroundings, cores } : { fileNames: fileNamesOf(resolved) }),
    ...(spec.run.type === 'effect' ? { world } : {}),
    ...(timeoutSeconds === null ? {} : { timeoutSeconds }),
  };
}

/** Runs the job of an action to its end, with its log beside its folder. */
async function follow(
  job: Job,
  { folder, context, runners, onSubmitted, onOutput }: AttemptOptions,
): Promise<JobEnd> {
  writeFileSync(folder.reserve, Buffer.alloc(reserveBytes));
  const log = openSync(folder.log, 'w');
  try {
    return await runJob(job, {
      runners,
      log,
      onSubmitted(handle) {
        onSubmitted(handle, relative(context.layout.project, folder.log));
      },
      onOutput,
    });
  } finally {
    closeSync(log);
  }
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
    case 'signalled':
      return failed('action/killed', `it was ended by ${exit.signal}`);
    case 'out-of-memory': {
      const hint = 'say how much it needs (uses: {memory: 16 GB}), or run fewer actions at a time (-j 1)';
      return failed('action/out-of-memory', 'the system ended it because memory ran out', hint);
    }
    case 'timed-out': {
      const hint = 'raise the timeout of the stage';
      return failed('action/timed-out', `it took longer than ${exit.seconds} s`, hint);
    }
    case 'cancelled':
      return { type: 'cancelled' };
    case 'lost':
      return { type: 'lost', diagnostic: exit.diagnostic };
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
      .map(withoutOverwritten)
      .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line))
      .join('\n');
  } finally {
    closeSync(file);
  }
}

const longestLine = 500;
