import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { isJsonObject } from '../../base/json.ts';

/** A repository of which FINN pins a commit, and that a build with Vivado reads. */
export interface PinnedDependency {
  readonly name: string;
  readonly url: string;
  readonly commit: string;
  /** The folder of the repository that counts; '.' for all of it. */
  readonly subdirectory: string;
  /** Where FINN and Vivado look for it, below the folder of dependencies. */
  readonly place: string;
  /** A folder in it and the name of a file at any depth below, by which it is recognised. */
  readonly mark: { readonly folder: string; readonly file: string };
}

/**
 * The dependencies of a FINN environment by the list in its package, `finn/interface/external_dependencies.yaml`; empty if the
 * environment has no such list. Left out are those that only other boards and FINN's own simulation use, and downloads of which
 * FINN pins no version.
 */
export function pinnedDependencies(environment: string): readonly PinnedDependency[] {
  const lib = join(environment, 'lib');
  const pythons = existsSync(lib) ? readdirSync(lib) : [];
  const list = pythons
    .map((python) => join(lib, python, 'site-packages', 'finn', 'interface', 'external_dependencies.yaml'))
    .find((file) => existsSync(file));
  const sections: unknown = list === undefined ? {} : parse(readFileSync(list, 'utf8'));
  return used.flatMap(({ section, name, mark }) => {
    const found = member(member(sections, section), name);
    const [url, commit, subdirectory] = ['url', 'commit', 'subdirectory'].map((key) => member(found, key));
    if (typeof url !== 'string' || typeof commit !== 'string') return [];
    const folder = typeof subdirectory === 'string' ? subdirectory : '.';
    const place =
      section === 'git_deps' ? name : join('board_files', folder === '.' ? name : basename(folder));
    return [{ name, url, commit, subdirectory: folder, place, mark }];
  });
}

const used = [
  { section: 'git_deps', name: 'finn-hlslib', mark: { folder: '.', file: 'bnn-library.h' } },
  { section: 'boardfile_deps', name: 'avnet-bdf', mark: { folder: 'zedboard', file: 'board.xml' } },
  { section: 'boardfile_deps', name: 'kv260-som-bdf', mark: { folder: '.', file: 'board.xml' } },
] as const;

function member(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined;
}
