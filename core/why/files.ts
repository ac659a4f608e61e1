import { member } from '../../base/member.ts';
import type { KeptSpec } from '../state/specs.ts';
import { differsInModeOnly } from '../state/specs.ts';

/** The project files of an input that changed, were added or removed, by path; those whose executable bit changed say so. */
export function changedFiles(
  before: KeptSpec['files'][string],
  after: KeptSpec['files'][string],
): readonly string[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return paths.flatMap((path) => {
    const [was = '', is = ''] = [member(before, path), member(after, path)];
    if (was === is) return [];
    return [differsInModeOnly(was, is) ? `${path} (executable bit)` : path];
  });
}
