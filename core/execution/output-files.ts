import type { Stats } from 'node:fs';
import { accessSync, chmodSync, constants, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { Refusal } from '../../base/refusal.ts';
import { shownBytes, shownPath } from '../../base/shown-path.ts';

/** A file of an output. */
export interface OutputFile {
  /** Relative to the output; '' if the output is this file. */
  readonly path: string;
  /** Absolute, without links: several files of outputs may be links to the same one. */
  readonly source: string;
}

/**
 * The files of `out/PORT` in a job's folder, given without links. Links in the folder are followed, also to other outputs; a
 * link out of it is refused, as is a missing output, and everything in it that is neither a file nor a folder. Files and
 * folders that the job made unreadable are made readable.
 */
export function outputFiles(folder: string, port: string): readonly OutputFile[] {
  const walk: Walk = { folder, owner: lstatSync(folder).uid, found: [], ancestors: new Set(), visits: 0 };
  const out = `${folder}/out`;
  const stat = lstatSync(out, { throwIfNoEntry: false });
  if (stat === undefined) throw missing(port);
  if (!stat.isDirectory())
    throw unsupported(
      `out/${port}`,
      'is not there: out is not a folder',
      'write into the folder that is given',
    );
  makeAccessible(out, stat, walk.owner);
  if (lstatSync(`${out}/${port}`, { throwIfNoEntry: false }) === undefined) throw missing(port);
  visit(walk, `${out}/${port}`, { port, path: '' });
  return walk.found;
}

/** More than any output has: links can make a few folders appear any number of times. */
const mostVisits = 2_000_000;

interface Walk {
  readonly folder: string;
  /** Whose files the job's are. */
  readonly owner: number;
  readonly found: OutputFile[];
  readonly ancestors: Set<string>;
  visits: number;
}

/** Where something is in an output, for its name in the artifact and in messages. */
interface Position {
  readonly port: string;
  readonly path: string;
}

/** `absolute` may be a link, but none of the folders in it is. */
function visit(walk: Walk, absolute: string, at: Position): void {
  if (++walk.visits > mostVisits)
    throw unsupported(`out/${at.port}`, `has more than ${mostVisits} files`, 'write an archive instead');
  const present = presentAt(absolute, at);
  const source = present.isSymbolicLink() ? behindLink(walk, absolute, at) : absolute;
  const stat = present.isSymbolicLink() ? lstatSync(source) : present;
  if (!stat.isFile() && !stat.isDirectory())
    throw unsupported(nameOf(at), 'is neither a file nor a folder', 'leave it out');
  if (!makeAccessible(source, stat, walk.owner))
    throw unsupported(nameOf(at), 'cannot be read', 'make it readable for the user who runs the pipeline');
  if (stat.isFile()) {
    walk.found.push({ path: at.path, source });
    return;
  }
  if (walk.ancestors.has(source)) throw unsupported(nameOf(at), 'leads in a circle', 'leave it out');
  walk.ancestors.add(source);
  for (const name of namesIn(source, at))
    visit(walk, `${source}/${name}`, { ...at, path: at.path === '' ? name : `${at.path}/${name}` });
  walk.ancestors.delete(source);
}

function presentAt(absolute: string, { port }: Position): Stats {
  try {
    return lstatSync(absolute);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENAMETOOLONG') throw error;
    // Folders can be made one below the other in more levels than a path can name.
    throw unsupported(`out/${port}`, 'holds a path that is too long for the system', 'use shorter names');
  }
}

/** The path that a link leads to, without links. */
function behindLink({ folder, owner }: Walk, link: string, at: Position): string {
  const target = targetOf(link) ?? (makeAllAccessible(`${folder}/out`, owner), targetOf(link));
  if (target === 'loop') throw unsupported(nameOf(at), 'is a link that leads back to itself', 'leave it out');
  if (target === null) throw unsupported(nameOf(at), 'is a link to nothing', 'leave it out');
  if (target === folder || target.startsWith(`${folder}/`)) return target;
  throw unsupported(nameOf(at), "is a link out of the action's folder", 'copy what it leads to');
}

function targetOf(link: string): string | null {
  try {
    return realpathSync.native(link);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ELOOP' ? 'loop' : null;
  }
}

/** Makes every folder below a folder accessible, so that links through them can be followed. */
function makeAllAccessible(folder: string, owner: number): void {
  if (!makeAccessible(folder, lstatSync(folder), owner)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) makeAllAccessible(`${folder}/${entry.name}`, owner);
}

/** Whether a file can be read and a folder used, after having made it so if it was the job's. */
function makeAccessible(path: string, stat: Stats, owner: number): boolean {
  const needed = stat.isDirectory() ? 0o700 : 0o400;
  const isOurs = stat.uid === owner;
  if (isOurs && (stat.mode & needed) === needed) return true;
  try {
    if (isOurs) chmodSync(path, stat.mode | needed);
    accessSync(path, constants.R_OK | (stat.isDirectory() ? constants.X_OK : 0));
    return true;
  } catch {
    return false;
  }
}

/** The names in a folder, sorted; refuses one that is not UTF-8, under which nothing could be found. */
function namesIn(folder: string, at: Position): readonly string[] {
  const names = readdirSync(folder).sort();
  // What is not UTF-8 was replaced by this character, which a name may also have in its own right.
  if (!names.some((name) => name.includes('\ufffd'))) return names;
  for (const bytes of readdirSync(folder, { encoding: 'buffer' }))
    if (!Buffer.from(bytes.toString('utf8')).equals(bytes))
      throw unsupported(`${nameOf(at)}/${shownBytes(bytes)}`, 'has a name that is not UTF-8', 'rename it');
  return names;
}

function nameOf({ port, path }: Position): string {
  return shownPath(path === '' ? `out/${port}` : `out/${port}/${path}`);
}

function missing(port: string): Refusal {
  const message = `it succeeded but did not make out/${port}`;
  return new Refusal('action/missing-output', message, 'every declared output must exist');
}

function unsupported(name: string, what: string, hint: string): Refusal {
  return new Refusal('action/unsupported-output', `${name} ${what}`, hint);
}
