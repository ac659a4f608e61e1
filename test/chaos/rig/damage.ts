import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.ts';
import { filesBelow } from './tree.ts';

/** What was done to a file, as a sentence, and which file of the project it was. */
export interface Damage {
  readonly path: string;
  readonly what: string;
}

/**
 * Damages one file below .pipeline/, or pipeline.lock; size and time stamps stay where the damage allows it, as with a bad
 * disk. Blobs are a class of their own; of the rest, every folder is as likely as any other.
 */
export function damage(project: string, random: Random): Damage {
  const files = [
    ...filesBelow(join(project, '.pipeline')).map((path) => `.pipeline/${path}`),
    ...(existsSync(join(project, 'pipeline.lock')) ? ['pipeline.lock'] : []),
  ];
  const blobs = files.filter(isBlob);
  const state = files.filter((path) => !isBlob(path));
  const folder = random.pick([...new Set(state.map(folderOf))]);
  const candidates =
    blobs.length > 0 && random.chance(0.12) ? blobs : state.filter((path) => folderOf(path) === folder);
  const path = random.pick(candidates);
  const kind = random.pick(kinds);
  return { path, what: `${path}: ${deeds[kind](join(project, path), random, project, files)}` };
}

type Deed = (file: string, random: Random, project: string, files: readonly string[]) => string;

type Kind = 'bit' | 'byte' | 'truncation' | 'empty' | 'folder' | 'gone' | 'other' | 'swap';

const deeds: { readonly [kind in Kind]: Deed } = {
  bit: (file, random) => {
    const bytes = readFileSync(file);
    if (bytes.length === 0) return deeds.byte(file, random, '', []);
    const at = random.below(bytes.length);
    const bit = random.below(8);
    overwrite(file, Buffer.of(bytes[at]! ^ (1 << bit)), at);
    return `bit ${bit} of byte ${at} flipped (${around(bytes, at)})`;
  },
  byte: (file, random) => {
    const bytes = readFileSync(file);
    const at = random.below(Math.max(1, bytes.length));
    const byte = random.below(256);
    overwrite(file, Buffer.of(byte), at);
    return `byte ${at} is ${byte} (${around(bytes, at)})`;
  },
  truncation: (file, random) => {
    const size = random.below(Math.max(1, statSync(file).size));
    truncateSync(file, size);
    return `cut to ${size} bytes`;
  },
  empty: (file) => {
    truncateSync(file, 0);
    return 'emptied';
  },
  folder: (file) => {
    unlinkSync(file);
    mkdirSync(file);
    return 'replaced by a folder';
  },
  gone: (file) => {
    rmSync(file);
    return 'deleted';
  },
  other: (file, random, project, files) => {
    const other = random.pick(files);
    const bytes = readFileSync(join(project, other));
    truncateSync(file, 0);
    overwrite(file, bytes, 0);
    return `has the contents of ${other}`;
  },
  swap: (file, random, project, files) => {
    const other = join(project, random.pick(files));
    const [mine, theirs] = [readFileSync(file), readFileSync(other)];
    truncateSync(file, 0);
    overwrite(file, theirs, 0);
    if (other !== file) {
      truncateSync(other, 0);
      overwrite(other, mine, 0);
    }
    return `swapped with ${other.slice(project.length + 1)}`;
  },
};

/** Most rounds flip a bit: the smallest damage passes the most checks. */
const kinds: readonly Kind[] = [
  ...Array.from({ length: 13 }, (): Kind => 'bit'),
  'byte',
  'byte',
  'truncation',
  'empty',
  'folder',
  'gone',
  'other',
  'swap',
];

function overwrite(file: string, bytes: Uint8Array, at: number): void {
  const { atime, mtime } = statSync(file);
  const open = openSync(file, 'r+');
  writeSync(open, bytes, 0, bytes.length, at);
  closeSync(open);
  utimesSync(file, atime, mtime);
}

function isBlob(path: string): boolean {
  return path.startsWith('.pipeline/cache/cas/');
}

function folderOf(path: string): string {
  return path
    .split('/')
    .slice(0, -1)
    .slice(0, 3)
    .filter((name) => !/^[0-9a-f]{2}$/.test(name))
    .join('/');
}

function around(bytes: Buffer, at: number): string {
  return JSON.stringify(bytes.subarray(Math.max(0, at - 12), at + 12).toString('latin1'));
}
