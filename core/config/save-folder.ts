import { normalize } from 'node:path';

/** The folder that `save` of a stage names, without a slash behind it. */
export function saveFolder(written: string): string {
  return normalize(written).replace(/\/+$/, '');
}
