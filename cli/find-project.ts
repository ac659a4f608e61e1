import { existsSync, lstatSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pipelineFile } from '../core/state/layout.ts';

/** The pipeline file of a command. */
export interface FoundProject {
  /** Absolute path of its folder, which is that of the project. */
  readonly folder: string;
  readonly file: string;
  /** A file above the working directory that was not taken since it belongs to another user; null if there is none. */
  readonly foreign: string | null;
}

/**
 * The file that -f names, relative to the folder that -C names; or pipeline.yaml in that folder; or, with neither, the first
 * pipeline.yaml in the working directory and the folders above it. The search ends at the top of a git repository and at the
 * home folder, and takes no file of another user: it says which programs run, and anybody may put one into a folder like /tmp.
 */
export function findProject(
  { directory, file }: { readonly directory?: string; readonly file?: string },
  cwd: string,
  home: string,
): FoundProject {
  const start = resolve(cwd, directory ?? '.');
  if (file !== undefined) {
    const path = resolve(start, file);
    return { folder: dirname(path), file: basename(path), foreign: null };
  }
  const here = { folder: start, file: pipelineFile, foreign: null };
  if (directory !== undefined || existsSync(join(start, pipelineFile))) return here;
  for (let folder = start; !isTop(folder, home);) {
    folder = dirname(folder);
    const path = join(folder, pipelineFile);
    if (existsSync(path)) return isOwn(path) ? { ...here, folder } : { ...here, foreign: path };
  }
  return here;
}

function isTop(folder: string, home: string): boolean {
  return folder === home || dirname(folder) === folder || existsSync(join(folder, '.git'));
}

/** Neither the file nor a link to it may be someone else's. */
function isOwn(path: string): boolean {
  const uid = process.getuid?.();
  return uid === undefined || (lstatSync(path).uid === uid && statSync(path).uid === uid);
}
