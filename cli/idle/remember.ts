import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bestEffort, writeFileAtomically } from '../../base/json-file.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { filesBelow } from '../../base/files-below.ts';
import { foldersBelow } from '../../base/folders-below.ts';
import { emulatedKeyFile } from '../../boards/key-files.ts';
import { cacheFolders } from '../../cache/disk/folders.ts';
import { rootsFile } from '../../cache/disk/roots.ts';
import { blobsOf } from '../../core/contracts/store.ts';
import type { Ledger } from '../../core/state/ledger.ts';
import { readSaved } from '../../core/state/saved-files.ts';
import type { NamedInput } from '../../core/execution/named-inputs.ts';
import { namedInputs } from '../../core/execution/named-inputs.ts';
import type { Environment } from '../environment.ts';
import type { Project } from '../project.ts';
import { registry } from '../registry.ts';
import { ownerOf } from '../roots.ts';
import { cacheOf } from '../store.ts';
import type { IdleRecord } from './record.ts';
import { decisive, idleFolder, recordFile, statesOf } from './record.ts';
import { widthOfOutput } from './answer.ts';

/** A run that had nothing to do. */
export interface IdleRun {
  readonly project: Project;
  readonly environment: Environment;
  readonly ledger: Ledger;
  readonly arguments: readonly string[];
  /** What it said. */
  readonly answer: string;
}

/**
 * Remembers what a run with nothing to do looked at and said. As in git's index, a file that changed just before is not trusted:
 * a later write could have the same time stamps.
 */
export function rememberIdle(run: IdleRun): void {
  const { project, environment, answer } = run;
  const folder = idleFolder(environment.variables);
  if (folder === null) return;
  const { watched, inputs } = watchedBy(run);
  const isFresh = (path: string): boolean => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && environment.now() - Math.max(stat.mtimeMs, stat.ctimeMs) <= racyMilliseconds;
  };
  if (inputs.some(isFresh)) return;
  const blobs = blobsBehind(run);
  const record: IdleRecord = {
    build: registry.build,
    project: project.layout.project,
    arguments: run.arguments,
    variables: Object.fromEntries(decisive.map((name) => [name, environment.variables[name] ?? null])),
    width: widthOfOutput(),
    answer,
    watched,
    blobs,
    states: statesOf({ watched, blobs }),
  };
  const file = recordFile(folder, project.layout.project, run.arguments);
  bestEffort(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileAtomically(file, JSON.stringify(record));
    forgetOld(folder);
  });
}

/** In ms, as for the digests of files. */
const racyMilliseconds = 2_000;

/** Everything that decides whether there is something to do, but the blobs of results; `inputs` are those that the user changes. */
function watchedBy({ project, environment }: IdleRun): {
  readonly watched: readonly string[];
  readonly inputs: readonly string[];
} {
  const { layout, plan } = project;
  const inputs = [
    ...namedInputs(plan, plan.stages, registry, layout).flatMap((input) => pathsOf(input, layout.project)),
    ...[...readSaved(layout).keys()].map((path) => join(layout.project, path)),
  ];
  const cache = cacheOf(project, environment);
  const state = [
    ...[layout.root, layout.ledger, layout.lock, layout.receipts, layout.saved],
    emulatedKeyFile(layout.boards),
    ...receiptsIn(layout.receipts),
    ...(cache === layout.cache ? [] : [rootsFile(cache, ownerOf(layout))]),
  ];
  return { watched: [...new Set([...inputs, ...state])], inputs };
}

/** What a plan reads, with every folder in which another input could turn up; absolute. */
function pathsOf(input: NamedInput, project: string): readonly string[] {
  if (input.type === 'file') return [resolve(project, input.path)];
  const { path, covers, mayHold } = input;
  const files = filesBelow(project, path, (below) => !covers(below) && !mayHold(below)).filter(covers);
  const folders = foldersBelow(project, path, (below) => !mayHold(below));
  return [...files, ...folders].map((each) => join(project, each));
}

function receiptsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The blobs of every result that is known here: current ones among them. */
function blobsBehind({ project, environment, ledger }: IdleRun): readonly string[] {
  const { blob } = cacheFolders(cacheOf(project, environment));
  const records = ledger.labels().flatMap((label) => ledger.entry(label)?.record ?? []);
  return [...new Set(records.flatMap((record) => blobsOf(record).map(({ digest }) => blob(digest))))];
}

/** Projects go away; their records are small, and only so many are kept. */
function forgetOld(folder: string): void {
  const entries = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => ({ path, at: statSync(path).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of entries.slice(mostRecords)) removeTree(path);
}

const mostRecords = 100;
