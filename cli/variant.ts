import { pipelineFile } from '../core/state/layout.ts';
import type { Project } from './project.ts';

/** How the ledger and the journal name the runs of a trial: as no profile can be called. */
const trial = '--set';

/**
 * Under which name results are current: of a profile, or null for the plain file; of another file than pipeline.yaml,
 * `FILE/PROFILE`. With `--set` a run is a trial: its results belong to no file, so that those of the file stay current.
 */
export function variantOf({
  layout: { file },
  profile,
  set,
}: Pick<Project, 'layout' | 'profile' | 'set'>): string | null {
  if (set.length > 0) return trial;
  return file === pipelineFile ? profile : `${file}/${profile ?? ''}`;
}

/** The file and the profile of a variant; null for trials. */
export function sourceOf(
  variant: string | null,
): { readonly file: string; readonly profile: string | null } | null {
  if (variant === trial) return null;
  const slash = variant?.lastIndexOf('/') ?? -1;
  if (variant === null || slash < 0) return { file: pipelineFile, profile: variant };
  return { file: variant.slice(0, slash), profile: variant.slice(slash + 1) || null };
}

/** The variant for people; '' for the plain pipeline.yaml. */
export function variantName(variant: string | null): string {
  const source = sourceOf(variant);
  if (source === null) return trial;
  const file = source.file === pipelineFile ? [] : [source.file];
  return [...file, ...(source.profile === null ? [] : [`profile ${source.profile}`])].join(', ');
}
