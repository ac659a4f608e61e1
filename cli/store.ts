import { accessSync, constants } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { diskStore } from '../cache/disk/store.ts';
import { inFrontOf } from '../cache/in-front-of.ts';
import type { Store } from '../core/contracts/store.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';

/** The store for the results of a project on this machine; what a cache holds that may only be read is in it too. */
export function openStore(project: Project, environment: Environment): Store {
  const own = cacheOf(project, environment);
  const shared = namedCache(project, environment);
  const store = diskStore(own, environment.now);
  return shared === own ? store : inFrontOf(store, diskStore(shared, environment.now));
}

/**
 * Absolute path of the folder that a project's results are written to: that of the cache that the environment or pipeline.yaml
 * names, if it may be written, else the one below `.pipeline/`.
 */
export function cacheOf(project: Project, environment: Environment): string {
  const named = namedCache(project, environment);
  return named === project.layout.cache || isWritable(named) ? named : project.layout.cache;
}

/** By the environment, else by pipeline.yaml, else below `.pipeline/`. A relative path starts at the folder of pipeline.yaml. */
function namedCache({ layout, plan }: Project, { variables, home }: Environment): string {
  const { PIPELINE_CACHE = '' } = variables;
  const named = PIPELINE_CACHE === '' ? plan.cache : PIPELINE_CACHE;
  if (named === null) return layout.cache;
  const path = named === '~' || named.startsWith('~/') ? join(home, named.slice(1)) : named;
  return isAbsolute(path) ? resolve(path) : resolve(layout.project, path);
}

/** Also if it does not exist yet: making it shows whether it can be. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    return !['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
