import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { warning } from '../../base/diagnostic.ts';
import { removeTree } from '../../base/remove-tree.ts';
import type { Variables } from '../home.ts';
import type { DependencyState } from './events.ts';
import type { Fetched } from './fetch-dependency.ts';
import { fetchDependency } from './fetch-dependency.ts';
import { givenFolder, takeGiven } from './given-dependencies.ts';
import { dependenciesFolder } from './locate.ts';
import type { PinnedDependency } from './pinned-dependencies.ts';

export interface DependencyInstallation {
  /** The folder that holds the environment. */
  readonly folder: string;
  readonly pinned: readonly PinnedDependency[];
  /** Absolute path of a folder or an archive to take them from, without a network; null to fetch them. */
  readonly given: string | null;
  /** Nothing may be fetched. */
  readonly isOffline: boolean;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly report: (state: DependencyState) => void;
}

/**
 * Puts each pinned dependency in place by a rename once it is complete, unless it is there. One that cannot be had costs a
 * warning that names its address, commit and folder; a given one that is not what FINN pins is refused.
 */
export async function installDependencies(
  installation: DependencyInstallation,
): Promise<readonly Diagnostic[]> {
  const { folder, pinned, given, isOffline, variables, signal, report } = installation;
  if (given === null && missingDependencies(folder, pinned).length === 0) return [];
  const all = dependenciesFolder(folder);
  mkdirSync(all, { recursive: true });
  sweep(all);
  const incoming = mkdtempSync(join(all, incomingPrefix));
  const warnings: Diagnostic[] = [];
  try {
    const source =
      given === null ? null : await givenFolder(given, join(incoming, 'given'), variables, signal);
    for (const dependency of pinned) {
      if (signal.aborted) return [];
      const { name, commit, place } = dependency;
      const target = join(all, place);
      if (source === null && existsSync(target)) continue;
      const got =
        source === null && isOffline
          ? { reason: 'nothing is fetched with --wheelhouse' }
          : await obtain(dependency, source, join(incoming, name), variables, signal);
      if ('reason' in got) {
        warnings.push(missingDependency(dependency, target, got.reason));
        report({ name, commit, folder: null });
        continue;
      }
      removeTree(join(got.folder, '.git'));
      removeTree(target);
      mkdirSync(dirname(target), { recursive: true });
      renameSync(got.folder, target);
      report({ name, commit, folder: target });
    }
    return warnings;
  } finally {
    removeTree(incoming);
    // A folder with nothing in it must not pass for one of dependencies.
    if (readdirSync(all).length === 0) rmdirSync(all);
  }
}

/** The names of those that are not in place. */
export function missingDependencies(folder: string, pinned: readonly PinnedDependency[]): readonly string[] {
  return pinned
    .filter(({ place }) => !existsSync(join(dependenciesFolder(folder), place)))
    .map(({ name }) => name);
}

async function obtain(
  dependency: PinnedDependency,
  source: string | null,
  directory: string,
  variables: Variables,
  signal: AbortSignal,
): Promise<Fetched> {
  mkdirSync(directory);
  if (source === null) return fetchDependency(dependency, directory, variables, signal);
  const folder = await takeGiven(dependency, source, directory, variables, signal);
  return folder === null ? { reason: `it is not in ${source}` } : { folder };
}

function missingDependency(
  { name, url, commit }: PinnedDependency,
  target: string,
  reason: string,
): Diagnostic {
  const [line, ...more] = reason.split('\n');
  return warning(
    'toolchain/missing-dependency',
    `${name} is missing, which builds with Vivado may need: ${line ?? ''}`,
    {
      hint: `run pipeline toolchain install finn again where there is a network, or with --deps FOLDER; by hand: git clone ${url} ${name} && git -C ${name} checkout ${commit}, moved to ${target}`,
      detail: more.length === 0 ? undefined : more.join('\n'),
    },
  );
}

const incomingPrefix = '.incoming-';

/** Deletes what a killed installation left. */
function sweep(all: string): void {
  for (const name of readdirSync(all)) if (name.startsWith(incomingPrefix)) removeTree(join(all, name));
}
