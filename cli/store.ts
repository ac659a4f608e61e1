import { isAbsolute, join, resolve } from 'node:path';
import { diskStore } from '../cache/disk/store.ts';
import type { Store } from '../core/contracts/store.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';

/** The store for the results of a project. */
export function openStore(project: Project, environment: Environment): Store {
  return diskStore(cacheOf(project, environment), environment.now);
}

/**
 * Absolute path of the folder of a project's results: by the environment, else by pipeline.yaml, else below `.pipeline/`. A
 * relative path starts at the folder of pipeline.yaml.
 */
export function cacheOf({ layout, plan }: Project, { variables, home }: Environment): string {
  const { PIPELINE_CACHE = '' } = variables;
  const named = PIPELINE_CACHE === '' ? plan.cache : PIPELINE_CACHE;
  if (named === null) return layout.cache;
  const path = named === '~' || named.startsWith('~/') ? join(home, named.slice(1)) : named;
  return isAbsolute(path) ? resolve(path) : resolve(layout.project, path);
}
