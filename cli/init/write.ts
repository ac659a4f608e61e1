import { constants, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { shownPath } from '../../base/shown-path.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';

/** A file of a new project, by its path in the project's folder: a text, bytes, or a copy of a file elsewhere. */
export type NewFile =
  | { readonly name: string; readonly contents: string | Uint8Array }
  | { readonly name: string; readonly copyOf: string };

/** A file that the project uses: where it is or will be in its folder, and the copy to make of it, if it is elsewhere. */
export interface OwnFile {
  readonly name: string;
  readonly copy: NewFile | null;
}

/** The place in a project's folder of a file that the user named; one outside is copied beside pipeline.yaml. */
export function ownedBy(folder: string, path: string): OwnFile {
  const name = relative(folder, path);
  if (name !== '..' && !name.startsWith('../')) return { name, copy: null };
  return { name: basename(path), copy: { name: basename(path), copyOf: path } };
}

/** Refuses, with `usage/file-exists`, each file that is already there with other contents. */
export function refuseToOverwrite(folder: string, files: readonly NewFile[]): readonly Diagnostic[] {
  return files
    .filter((file) => existsSync(join(folder, file.name)) && !isThere(folder, file))
    .map(({ name }) =>
      problem('usage/file-exists', `${shownPath(name)} already exists`, {
        hint: 'use --force to overwrite it, or name another folder with -C DIR',
      }),
    );
}

/** Writes the files into a folder, which is created; returns the names of those that were not there already. */
export function writeProject(folder: string, files: readonly NewFile[]): Result<readonly string[]> {
  const written: string[] = [];
  for (const file of files) {
    const path = join(folder, file.name);
    try {
      if (isThere(folder, file)) continue;
      mkdirSync(dirname(path), { recursive: true });
      if ('copyOf' in file) copyFileSync(file.copyOf, path, constants.COPYFILE_FICLONE);
      else writeFileSync(path, file.contents);
      written.push(file.name);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      return failure(problem('file/not-written', `${shownPath(file.name)} cannot be written: ${message}`));
    }
  }
  return success(written);
}

/** The .gitignore of a folder with lines for these names, unless it has them. */
export function ignoring(folder: string, names: readonly string[]): NewFile {
  const path = join(folder, '.gitignore');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = text.split(/\r?\n/);
  const missing = names.filter((name) => !lines.includes(name) && !lines.includes(`/${name}`));
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return { name: '.gitignore', contents: start + missing.map((name) => `${name}\n`).join('') };
}

function isThere(folder: string, file: NewFile): boolean {
  const path = resolve(folder, file.name);
  if (!existsSync(path)) return false;
  const contents = 'copyOf' in file ? readFileSync(file.copyOf) : Buffer.from(file.contents);
  return readFileSync(path).equals(contents);
}
