import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve } from 'node:path';

/** Where a path leads. */
export interface Way {
  /** The links on the way, as real paths. */
  readonly links: readonly string[];
  /** The real path at the end of the way, whether something is there or not. */
  readonly end: string;
}

/** Follows a path through every link on its way: whoever waits for a change of what it names has to look at all of them. */
export function wayOf(path: string): Way {
  const links: string[] = [];
  const { root } = parse(resolve(path));
  let at = root;
  let parts = partsOf(resolve(path));
  for (let [part] = parts; part !== undefined; [part] = parts) {
    parts = parts.slice(1);
    const next = part === '..' ? dirname(at) : join(at, part);
    const target = links.length < mostLinks ? linkAt(next) : null;
    if (target === null) {
      at = next;
      continue;
    }
    links.push(next);
    if (isAbsolute(target)) at = root;
    parts = [...partsOf(target), ...parts];
  }
  return { links, end: at };
}

/** The links in a folder, as paths below it; links are not followed, and nothing that is left out is entered. */
export function linksBelow(folder: string, mayHold: (path: string) => boolean, path = ''): readonly string[] {
  return entriesOf(join(folder, path)).flatMap((entry) => {
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isSymbolicLink()) return [below];
    return entry.isDirectory() && mayHold(below) ? linksBelow(folder, mayHold, below) : [];
  });
}

/** As many as Linux follows. */
const mostLinks = 40;

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function linkAt(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null;
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
