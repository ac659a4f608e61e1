import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { problem } from '../base/diagnostic.ts';
import { lockState } from '../base/lock.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { Limits } from '../cache/disk/collect.ts';
import { collect, youngMilliseconds } from '../cache/disk/collect.ts';
import { recordsIn } from '../cache/disk/contents.ts';
import type { ProjectRoots } from '../cache/disk/roots.ts';
import { recoverResults } from '../core/execution/recover.ts';
import { oldFailures } from '../core/state/failures.ts';
import type { Layout } from '../core/state/layout.ts';
import { layoutOf } from '../core/state/layout.ts';
import type { Ledger } from '../core/state/ledger.ts';
import { openLedger } from '../core/state/ledger.ts';
import { allReceipts } from '../core/state/receipts.ts';
import { forgetSpecs } from '../core/state/specs.ts';
import { jsonLine } from '../reporters/json.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { gcLines, inUse, overLimit } from './gc-lines.ts';
import { foreignCache } from './foreign-cache.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import { fail, show } from './options.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';
import { removed } from './removed.ts';
import { ownerOf, projectsUsing } from './roots.ts';
import { cacheOf, openStore } from './store.ts';
import { distrust } from './trust.ts';
import type { WrittenNames } from './written-names.ts';
import { writtenNames } from './written-names.ts';

export interface GcOptions extends PlanOptions {
  /** Bytes. */
  readonly maxSize?: number;
  /** ms. */
  readonly olderThan?: number;
  /** Also what was used a short time ago. */
  readonly allUnused?: boolean;
  readonly dryRun?: boolean;
  readonly trustState?: boolean;
}

/** `pipeline gc`: shrinks the cache; the current results of every project that uses it stay, and the most recently used ones. */
export async function gc(options: GcOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const { now, out } = environment;
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return fail(opened.diagnostics, isJson, environment);
  const { layout } = opened.value;
  const cache = cacheOf(opened.value, environment);
  const checked = await check(options, opened.value, environment);
  if (!checked.ok) return fail(checked.diagnostics, isJson, environment);
  const { ledger, names } = checked.value;
  const isDryRun = options.dryRun === true;
  const needed = await neededResults(opened.value, ledger, names, environment);
  const roots = projectsUsing(cache, { ...ownerOf(layout), results: [...needed].sort() }, isDryRun);
  if (!roots.ok) return fail(roots.diagnostics, isJson, environment);
  const { projects, gone } = roots.value;
  const limits = limitsOf(options);
  if (limits.spendsYoung) {
    const busy = projects.find((each) => isBusy(each, layout));
    if (busy !== undefined) return fail([inUse(busy.project)], isJson, environment);
  }
  const collection = collect(cache, {
    limits,
    roots: {
      fingerprints: new Set(projects.flatMap(({ results }) => results)),
      records: [...recordsOf(ledger, needed), ...allReceipts(layout)],
    },
    now: now(),
    isDryRun,
  });
  const old = oldFailures(layout, names.hasAction, now() - youngMilliseconds);
  const failures = removed(old, layout, isDryRun);
  if (!isDryRun) forgetSpecs(layout, remembered(ledger), now() - youngMilliseconds);
  const outcome = { ...collection, failures, projects: projects.length, gone, isDryRun };
  if (isJson) out.write(jsonLine({ type: 'gc', ...outcome }));
  else out.write(`${gcLines(outcome, limits).join('\n')}\n`);
  const { maxSize = Infinity } = options;
  if (outcome.after <= maxSize) return 0;
  show([overLimit(outcome, maxSize)], isJson, environment);
  return 1;
}

function limitsOf({ maxSize, olderThan, allUnused }: GcOptions): Limits {
  return allUnused === true
    ? { size: 0, age: null, spendsYoung: true }
    : { size: maxSize ?? null, age: olderThan ?? null, spendsYoung: false };
}

/** Whether a run may be using results that no list of current ones names yet. */
function isBusy({ project, machine }: ProjectRoots, own: Layout): boolean {
  const isHere = machine === ownerOf(own).machine;
  return isHere && !['free', 'dead'].includes(lockState(layoutOf(project).lock));
}

/** Whether everything is known that says what must stay. */
async function check(
  { maxSize, olderThan, allUnused, trustState }: GcOptions,
  project: Project,
  environment: Environment,
): Promise<Result<{ readonly ledger: Ledger; readonly names: WrittenNames }>> {
  const { layout } = project;
  if (maxSize === undefined && olderThan === undefined && allUnused !== true)
    return failure(
      problem('usage/no-limit', 'gc requires --max-size, --older-than, both, or --all-unused', {
        hint: 'such as --max-size 10G or --older-than 30d',
      }),
    );
  const strange = trustState === true ? null : await distrust(layout);
  if (strange !== null) return failure(strange);
  const foreign = foreignCache(project, environment);
  if (foreign !== null) return failure(foreign);
  const ledger = openLedger(layout, null);
  const names = writtenNames(layout);
  if (!names.ok) return names;
  if (ledger.isReadable || recordsIn(cacheOf(project, environment)).length === 0)
    return success({ ledger, names: names.value });
  const path = relative(layout.project, layout.ledger);
  const what = existsSync(layout.ledger) ? `${path} is damaged` : `there is no ${path}`;
  return failure(
    problem('cache/no-ledger', `${what}, and only it says which results are current`, {
      hint: 'pipeline run writes it again, from the results in the cache',
    }),
  );
}

/** The results that this project needs, among them those of a run that was killed, or goes on. */
async function neededResults(
  project: Project,
  ledger: Ledger,
  { hasCurrent }: WrittenNames,
  environment: Environment,
): Promise<ReadonlySet<string>> {
  const { layout } = project;
  const current = (): ReadonlySet<string> => ledger.currentResults(hasCurrent);
  const recorded = current();
  await recoverResults({ ledger, layout, store: openStore(project, environment) });
  const receipts = allReceipts(layout).map(({ fingerprint }) => fingerprint);
  return new Set([...recorded, ...current(), ...receipts]);
}

/** The ledger's copies of records: their files are needed even if the cache has lost the records. */
function recordsOf(ledger: Ledger, needed: ReadonlySet<string>) {
  return ledger.labels().flatMap((label) => {
    const record = ledger.entry(label)?.record;
    return record !== undefined && needed.has(record.fingerprint) ? [record] : [];
  });
}

function remembered(ledger: Ledger): ReadonlySet<string> {
  return new Set(
    ledger.labels().flatMap((label) => {
      const entry = ledger.entry(label);
      return entry === null ? [] : [entry.record.fingerprint, ...entry.history];
    }),
  );
}
