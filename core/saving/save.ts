import { renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem, warning } from '../../base/diagnostic.ts';
import { entryAt } from '../../base/entry-at.ts';
import { machineFailure } from '../../base/machine-failure.ts';
import { shownPath } from '../../base/shown-path.ts';
import type { Plan } from '../contracts/plan.ts';
import type { FileEntry } from '../contracts/types.ts';
import type { ActionState } from '../execution/action.ts';
import type { ExecutionContext } from '../execution/context.ts';
import type { SavedFile } from '../state/saved-files.ts';
import { isUntouched, readSaved, savedAs, writeSaved } from '../state/saved-files.ts';
import type { Copies, WantedFile } from './wanted.ts';
import { copiesWanted } from './wanted.ts';
import { notAFolder } from './not-a-folder.ts';
import { blockedAt, isCopyOf, makeFolders, writeCopy } from './write-copy.ts';

/** What became of the copies of a run's results. */
export interface Saving {
  /** Those in which something changed. */
  readonly folders: readonly string[];
  readonly files: number;
  readonly removed: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Copies the results of stages with `save` to there, and deletes what earlier results left; null if nothing has to be done,
 * which takes a look at each copy without reading it. What someone changed is kept under another name. `isWhole`: the run was of
 * everything, so that an action which is not among the states no longer exists.
 */
export async function saveOutputs(
  plan: Plan,
  context: Pick<ExecutionContext, 'layout' | 'store' | 'claim'>,
  states: ReadonlyMap<string, ActionState>,
  isWhole: boolean,
): Promise<Saving | null> {
  const { layout } = context;
  const wanted = copiesWanted(plan, states, isWhole);
  if (wanted === null) return null;
  if (isInStep(wanted, readSaved(layout), layout.project)) return null;
  const refusal = await context.claim();
  if (refusal !== null) return { folders: [], files: 0, removed: 0, diagnostics: [refusal] };
  const work: Work = {
    project: layout.project,
    store: context.store,
    saved: readSaved(layout),
    diagnostics: [],
    touched: new Set(),
    files: 0,
    removed: 0,
  };
  try {
    for (const file of obsolete(wanted, work.saved)) remove(work, file, wanted);
    for (const [path, file] of wanted.files) await save(work, path, file);
  } catch (error) {
    work.diagnostics.push(machineFailure(error));
  }
  writeSaved(layout, work.saved);
  const { files, removed, diagnostics, touched } = work;
  const folders = wanted.folders.filter((folder) =>
    [...touched].some((path) => path.startsWith(`${folder}/`)),
  );
  return { folders, files, removed, diagnostics };
}

interface Work {
  readonly project: string;
  readonly store: ExecutionContext['store'];
  readonly saved: Map<string, SavedFile>;
  readonly diagnostics: Diagnostic[];
  /** Paths of copies. */
  readonly touched: Set<string>;
  files: number;
  removed: number;
}

function isInStep(wanted: Copies, saved: ReadonlyMap<string, SavedFile>, project: string): boolean {
  if (obsolete(wanted, saved).length > 0) return false;
  return [...wanted.files].every(([path, { entry }]) => {
    const known = saved.get(path);
    return known !== undefined && isSame(known.entry, entry) && isUntouched(known, join(project, path));
  });
}

/** Copies of earlier results of the stages that are no longer part of one. */
function obsolete(
  { files, isObsolete }: Copies,
  saved: ReadonlyMap<string, SavedFile>,
): readonly SavedFile[] {
  return [...saved.values()].filter((file) => !files.has(file.entry.path) && isObsolete(file));
}

/** Deletes a copy and the folders that it leaves empty, unless someone changed it. */
function remove(work: Work, file: SavedFile, { folders }: Copies): void {
  const { project, saved } = work;
  const { path } = file.entry;
  saved.delete(path);
  if (blockedAt(project, path) !== null || !isOurs(file, join(project, path))) return;
  unlinkSync(join(project, path));
  work.removed++;
  work.touched.add(path);
  for (let folder = dirname(path); !folders.includes(folder) && folder !== '.'; folder = dirname(folder))
    try {
      rmdirSync(join(project, folder));
    } catch {
      return;
    }
}

async function save(work: Work, path: string, { label, entry }: WantedFile): Promise<void> {
  const { project, saved, store, diagnostics } = work;
  const target = join(project, path);
  const known = saved.get(path);
  if (known !== undefined && isSame(known.entry, entry) && isUntouched(known, target)) return;
  const blocked = makeFolders(project, path);
  if (blocked !== null) {
    if (!diagnostics.some(({ message }) => message.startsWith(`${shownPath(blocked)} `)))
      diagnostics.push(notAFolder(blocked));
    return;
  }
  if (!isCopyOf(entry, target)) {
    if (entryAt(target) !== null && (known === undefined || !isOurs(known, target)))
      diagnostics.push(setAside(path, project));
    if (!(await writeCopy(store, entry, target))) {
      diagnostics.push(gone(path, label));
      return;
    }
    work.files++;
    work.touched.add(path);
  }
  const now = savedAs(label, { ...entry, path }, target);
  if (now !== null) saved.set(path, now);
}

/** Whether the copy is as it was written. Its time stamps also change when someone only copies or links it. */
function isOurs(file: SavedFile, absolute: string): boolean {
  return isUntouched(file, absolute) || isCopyOf(file.entry, absolute);
}

function isSame(a: FileEntry, b: FileEntry): boolean {
  return a.digest === b.digest && a.executable === b.executable;
}

/** Gives what is in the place of a copy another name: it may be someone's work. */
function setAside(path: string, project: string): Diagnostic {
  const names = Array.from({ length: 1000 }, (_, at) => `${path}.changed${at === 0 ? '' : `-${at + 1}`}`);
  const free = names.find((name) => entryAt(join(project, name)) === null) ?? `${path}.changed`;
  renameSync(join(project, path), join(project, free));
  return warning(
    'save/changed',
    `${shownPath(path)} was not as a run had left it, and is now ${basename(shownPath(free))}`,
    {
      hint: 'the folder of `save` holds copies of results: change a copy of them elsewhere',
    },
  );
}

function gone(path: string, label: string): Diagnostic {
  return problem(
    'cache/result-gone',
    `${shownPath(path)} of ${label} is no longer in the cache, or was damaged there`,
    {
      hint: `pipeline run ${label} --force makes it again`,
    },
  );
}
