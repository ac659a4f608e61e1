import { createReadStream, lstatSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { removeTree } from '../base/remove-tree.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { nameHint } from '../base/suggest.ts';
import type { FileEntry } from '../core/contracts/types.ts';
import { attemptsIn } from '../core/state/attempts.ts';
import { failureOf } from '../core/state/failures.ts';
import type { Layout } from '../core/state/layout.ts';
import { layoutOf } from '../core/state/layout.ts';
import { openLedger } from '../core/state/ledger.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmless } from '../reporters/style.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { refuse } from './options.ts';
import { missingProject, openProject } from './project.ts';
import { openStore } from './store.ts';

/**
 * `pipeline logs ACTION`: the output of the running action, else of its last failure, else of the run that made its result.
 */
export async function logs(action: string, options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const layout = layoutOf(environment.project, environment.file);
  const missing = missingProject(environment);
  if (missing !== null) return refuse([missing], isJson, environment);
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

/** The log of the running attempt, or of the last one that failed; null if there is none. */
function logFileOf(action: string, layout: Layout): string | null {
  const running = attemptsIn(layout).find(({ purpose }) => purpose?.action === action);
  const logs = [...(running === undefined ? [] : [running.folder.log]), failureOf(layout, action).log];
  return logs.find((path) => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) ?? null;
}

/** The log of the last result; null if the action printed nothing. */
function storedLogOf(action: string, layout: Layout): Result<FileEntry | null> {
  const ledger = openLedger(layout, null);
  const entry = ledger.entry(action);
  if (entry !== null) return success(entry.record.log);
  return failure(
    problem('usage/unknown-target', `there is no record of an action "${action}"`, {
      hint: nameHint(action, ledger.labels()),
    }),
  );
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
  { out, error }: Environment,
): Promise<ExitCode> {
  let isEmpty = true;
  if (path !== null)
    for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: pieceBytes })) {
      const text = piece as string;
      isEmpty = false;
      if (isJson) out.write(jsonLine({ type: 'log', action, text }));
      else if (out.isTerminal) out.write(harmless(text));
      else out.pass(text);
      await nextTurn();
    }
  if (isEmpty && isJson) out.write(jsonLine({ type: 'log', action, text: '' }));
  else if (isEmpty) error.write(`${action} printed nothing\n`);
  return 0;
}

const pieceBytes = 1 << 20;
