import { shownPath } from '../base/shown-path.ts';
import { byteSize } from '../base/units.ts';
import type { Collection, Share } from '../cache/disk/collect.ts';
import type { GcOptions, Removed } from './gc.ts';

export interface GcOutcome extends Collection {
  readonly failures: Removed;
  /** How many projects use the cache. */
  readonly projects: number;
  /** Projects that no longer exist, so that their results were no longer kept. */
  readonly gone: readonly string[];
  readonly isDryRun: boolean;
}

/** What a collection deleted, or would delete, and why the rest stays, as lines for people. */
export function gcLines(
  outcome: GcOutcome,
  limits: Pick<GcOptions, 'maxSize' | 'olderThan'>,
): readonly string[] {
  const { before, after, records, blobs, kept, failures, projects, gone, isDryRun } = outcome;
  const deleted = isDryRun ? 'would be deleted' : 'deleted';
  const size = `${byteSize(before)} → ${byteSize(after)}`;
  const attempts = `${counted(failures.deleted, 'failed attempt')} (${byteSize(failures.bytes)})`;
  return [
    `${size}: ${counted(records, 'result')} and ${counted(blobs, 'file')} ${deleted}`,
    ...(failures.deleted === 0 ? [] : [`${attempts} ${deleted}`]),
    ...failures.stuck.map(
      (path) => `${shownPath(path)} could not be deleted: it holds files of another user`,
    ),
    ...gone.map(
      (project) => `the project ${shownPath(project)} no longer exists: its results are kept no longer`,
    ),
    `kept: ${[
      `${share(kept.current, 'current result')} of ${counted(projects, 'project')}`,
      ...(kept.young.results === 0 ? [] : [`${share(kept.young, 'result')} used in the last 7 days`]),
      ...(kept.within.results === 0 ? [] : [`${share(kept.within, 'result')} within ${limitsOf(limits)}`]),
    ].join(', ')}`,
  ];
}

function limitsOf({ maxSize, olderThan }: Pick<GcOptions, 'maxSize' | 'olderThan'>): string {
  const day = 24 * 3600 * 1000;
  return [
    ...(maxSize === undefined ? [] : [byteSize(maxSize)]),
    ...(olderThan === undefined ? [] : [`${olderThan / day} days`]),
  ].join(' and ');
}

function share({ results, bytes }: Share, what: string): string {
  return `${counted(results, what)} (${byteSize(bytes)})`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
