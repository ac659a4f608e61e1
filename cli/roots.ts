import { existsSync, realpathSync } from 'node:fs';
import { problem } from '../base/diagnostic.ts';
import { bestEffort } from '../base/json-file.ts';
import { identityOf } from '../base/process-identity.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import type { ProjectRoots } from '../cache/disk/roots.ts';
import { forgetRoots, isRegistered, registerRoots, rootsIn } from '../cache/disk/roots.ts';
import type { Layout } from '../core/state/layout.ts';
import type { Ledger } from '../core/state/ledger.ts';
import { allReceipts } from '../core/state/receipts.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';
import { foreignCache } from './foreign-cache.ts';
import { cacheOf } from './store.ts';

/** Whether something about the results of a project is not written down yet: in its ledger, or in a cache that others use. */
export function hasResultsToSave(project: Project, ledger: Ledger, environment: Environment): boolean {
  if (ledger.hasNews()) return true;
  const cache = cacheOf(project, environment);
  // No one else collects in the project's own cache, so that its roots need not be there before something changes.
  return cache !== project.layout.cache && !isRegistered(cache, ownerOf(project.layout));
}

/** Saves the ledger of a project, and registers its current results in the cache: it may serve other projects too. */
export function saveResults(project: Project, ledger: Ledger, environment: Environment): void {
  const { layout } = project;
  ledger.save();
  if (foreignCache(project, environment) !== null) return;
  const results = new Set([...ledger.currentResults(), ...receiptsOf(layout)]);
  if (results.size === 0) return;
  bestEffort(() => {
    registerRoots(cacheOf(project, environment), { ...ownerOf(layout), results: [...results].sort() });
  });
}

/** The projects that use a cache, after this one has registered itself, and those that are no longer there, which it forgets. */
export function projectsUsing(
  cache: string,
  own: ProjectRoots,
  isDryRun: boolean,
): Result<{ readonly projects: readonly ProjectRoots[]; readonly gone: readonly string[] }> {
  const isOwn = ({ project, machine }: ProjectRoots): boolean =>
    project === own.project && machine === own.machine;
  if (!isDryRun) registerRoots(cache, own);
  const { known, damaged } = rootsIn(cache);
  const [first] = damaged;
  if (first !== undefined)
    return failure(
      problem(
        'cache/bad-roots',
        `${first} is damaged, and only it says which results another project needs`,
        {
          hint: 'pipeline gc in that project writes it again; if the project no longer exists, delete the file',
        },
      ),
    );
  const isGone = ({ project, machine }: ProjectRoots): boolean =>
    machine === own.machine && !existsSync(project);
  const gone = known.filter(isGone);
  if (!isDryRun) for (const roots of gone) forgetRoots(cache, roots);
  const others = known.filter((roots) => !isGone(roots) && !isOwn(roots));
  return success({ projects: [own, ...others], gone: gone.map(({ project }) => project) });
}

/** A project as its roots name it. */
export function ownerOf({ project }: Layout): { readonly project: string; readonly machine: string } {
  return { project: realpathSync(project), machine: identityOf(process.pid).machine };
}

/** The fingerprints of a project's receipts. */
function receiptsOf(layout: Layout): readonly string[] {
  return allReceipts(layout).map(({ fingerprint }) => fingerprint);
}
