import type { Diagnostic } from '../base/diagnostic.ts';
import { problem, warning } from '../base/diagnostic.ts';
import { shownPath } from '../base/shown-path.ts';
import { counted } from '../base/text.ts';
import { byteSize } from '../base/units.ts';
import type { Collection, Limits, Share } from '../cache/disk/collect.ts';
import type { Removed } from './removed.ts';

export interface GcOutcome extends Collection {
  readonly failures: Removed;
  /** How many projects use the cache. */
  readonly projects: number;
  /** Projects that no longer exist, so that their results were no longer kept. */
  readonly gone: readonly string[];
  readonly isDryRun: boolean;
}

/** What a collection deleted, or would delete, and why the rest stays, as lines for people. */
export function gcLines(outcome: GcOutcome, limits: Limits): readonly string[] {
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
      (project) => `the project ${shownPath(project)} no longer exists: its results are no longer kept`,
    ),
    `kept: ${[
      `${share(kept.current, 'current result')} of ${counted(projects, 'project')}`,
      ...(kept.young.results === 0 ? [] : [`${share(kept.young, 'result')} used in the last 7 days`]),
      ...(kept.within.results === 0 ? [] : [`${share(kept.within, 'result')} within ${limitsOf(limits)}`]),
    ].join(', ')}`,
  ];
}

/** What to say if the rest is larger than wished: what it is, and the way to delete more if there is one. */
export function overLimit({ after, kept }: GcOutcome, maxSize: number): Diagnostic {
  const { young } = kept;
  return warning(
    'cache/over-limit',
    `the cache still holds ${byteSize(after)}, more than the ${byteSize(maxSize)} of --max-size`,
    {
      hint:
        young.results > 0
          ? `pipeline gc --all-unused also deletes the ${share(young, 'result')} used in the last 7 days; current results always stay`
          : 'what stays is current: pipeline cache size shows what takes the room',
    },
  );
}

/** Why results used a short time ago cannot be deleted now. */
export function inUse(project: string): Diagnostic {
  return problem(
    'cache/in-use',
    `a run is working in ${shownPath(project)}, and may use what was used a short time ago`,
    {
      hint: 'wait until it has ended; --max-size and --older-than spare what was used in the last 7 days',
    },
  );
}

function limitsOf({ size, age }: Limits): string {
  const day = 24 * 3600 * 1000;
  return [...(size === null ? [] : [byteSize(size)]), ...(age === null ? [] : [`${age / day} days`])].join(
    ' and ',
  );
}

function share({ results, bytes }: Share, what: string): string {
  return `${counted(results, what)} (${byteSize(bytes)})`;
}
