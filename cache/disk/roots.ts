import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { entryAt } from '../../base/entry-at.ts';
import type { Digest } from '../../base/digest.ts';
import { sha256 } from '../../base/digest.ts';
import { isJsonObject } from '../../base/json.ts';
import { readSealed, sealed } from '../../base/sealed.ts';
import { isDigest, isListOf } from '../../core/contracts/record.ts';
import { cacheFolders } from './folders.ts';
import { placeText } from './keep.ts';

/** The results in a cache that are current in one project. */
export interface ProjectRoots {
  /** Real path of the project. */
  readonly project: string;
  /** The computer that it is on. */
  readonly machine: string;
  /** Fingerprints. */
  readonly results: readonly Digest[];
}

/** Says in the cache at `root` which results a project needs, so that no collection deletes them. */
export function registerRoots(root: string, roots: ProjectRoots): void {
  const id = idOf(roots);
  placeText(cacheFolders(root), pathOf(root, id), sealed(whatOf(id), roots), false);
}

/** Whether a project has registered itself in a cache. */
export function isRegistered(root: string, project: Omit<ProjectRoots, 'results'>): boolean {
  return entryAt(rootsFile(root, project)) !== null;
}

/** Makes a cache forget a project. */
export function forgetRoots(root: string, project: Omit<ProjectRoots, 'results'>): void {
  rmSync(rootsFile(root, project), { force: true });
}

/** Where a cache says which results a project needs. */
export function rootsFile(root: string, project: Omit<ProjectRoots, 'results'>): string {
  return pathOf(root, idOf(project));
}

export interface RegisteredRoots {
  readonly known: readonly ProjectRoots[];
  /** Absolute paths of files that are damaged: which results their projects need is not known. */
  readonly damaged: readonly string[];
}

/** The roots of every project that uses the cache at `root`. */
export function rootsIn(root: string): RegisteredRoots {
  const known: ProjectRoots[] = [];
  const damaged: string[] = [];
  for (const id of idsIn(root)) {
    const roots = readSealed(pathOf(root, id), whatOf(id));
    if (isRoots(roots)) known.push(roots);
    else damaged.push(pathOf(root, id));
  }
  return { known, damaged };
}

function idsIn(root: string): readonly Digest[] {
  const folder = join(root, 'roots');
  if (entryAt(folder)?.isDirectory() !== true) return [];
  return readdirSync(folder).filter(isDigest);
}

function idOf({ machine, project }: Omit<ProjectRoots, 'results'>): Digest {
  return sha256(JSON.stringify([machine, project]));
}

function pathOf(root: string, id: Digest): string {
  return join(root, 'roots', id);
}

function whatOf(id: Digest): string {
  return `roots ${id}`;
}

function isRoots(value: unknown): value is ProjectRoots {
  if (!isJsonObject(value)) return false;
  const { project, machine, results } = value;
  return typeof project === 'string' && typeof machine === 'string' && isListOf(results, isDigest);
}
