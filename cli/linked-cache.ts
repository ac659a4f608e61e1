import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { shownPath } from '../base/shown-path.ts';

/** Why nothing in a cache may be deleted: one of its folders, `name`, is a link. */
export function linkedCache(cache: string, name: string): Diagnostic {
  const message = `${name} in the cache ${shownPath(cache)} is a link: what is behind it may not be the cache's`;
  return problem('cache/link', message, {
    hint: 'delete the link; to move a cache, name its place with cache: in pipeline.yaml, or with PIPELINE_CACHE',
  });
}
