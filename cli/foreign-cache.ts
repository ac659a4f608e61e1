import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { shownPath } from '../base/shown-path.ts';
import { linkIn } from '../cache/disk/contents.ts';
import { isCache, makeCache } from '../cache/disk/tag.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';
import { cacheOf } from './store.ts';

/** Why results cannot be written to the cache of a project; null if they can. A cache that is missing is made. */
export function unusableCache(project: Project, environment: Environment): Diagnostic | null {
  const cache = cacheOf(project, environment);
  return makeCache(cache, cache === project.layout.cache) ? null : notACache(cache);
}

/** Why nothing may be deleted in the cache of a project: it may not be the cache's. Null if it is. */
export function foreignCache(project: Project, environment: Environment): Diagnostic | null {
  const cache = cacheOf(project, environment);
  if (cache !== project.layout.cache && !isCache(cache)) return notACache(cache);
  const link = linkIn(cache);
  return link === null ? null : linked(cache, link);
}

function notACache(cache: string): Diagnostic {
  return problem('config/not-a-cache', `${shownPath(cache)} is not a cache of this program`, {
    hint: 'name a folder of its own with cache: in pipeline.yaml or PIPELINE_CACHE; a run makes it',
  });
}

function linked(cache: string, name: string): Diagnostic {
  const message = `${name} in the cache ${shownPath(cache)} is a link: what is behind it may not be the cache's`;
  return problem('cache/link', message, {
    hint: 'delete the link; to move a cache, name its place with cache: in pipeline.yaml, or with PIPELINE_CACHE',
  });
}
