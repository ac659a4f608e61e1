import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endMarked } from './processes.ts';

/** The place of one round: a project, and beside it everything that must be out of the product's reach. */
export interface Ground {
  readonly folder: string;
  /** The folder of pipeline.yaml. */
  readonly project: string;
  /** Where every command of a test pipeline logs itself. */
  readonly log: string;
  /** In the environment of every process of this round, and of no other process. */
  readonly marker: string;
}

/** Runs one round on a fresh ground; afterwards ends its processes and deletes its files. */
export async function onGround<T>(name: string, round: (ground: Ground) => T | Promise<T>): Promise<T> {
  const ground = openGround(name);
  try {
    return await round(ground);
  } finally {
    closeGround(ground);
  }
}

/** A ground for several rounds; whoever opens it closes it. */
export function openGround(name: string): Ground {
  const folder = mkdtempSync(join(quickFolder(), `chaos-${name}-`));
  const project = join(folder, 'project');
  mkdirSync(project);
  const ground = { folder, project, log: join(folder, 'log'), marker: folder };
  open.add(ground);
  return ground;
}

/** Ends the processes of a ground and deletes its files. */
export function closeGround(ground: Ground): void {
  const { folder, marker } = ground;
  open.delete(ground);
  endMarked(marker);
  unmountBelow(folder);
  // Unlike Node, rm also deletes what lies deeper than a path can be long.
  execFileSync('rm', ['-rf', '--', folder]);
}

/** The same ground with another folder as the project. */
export function projectBeside(ground: Ground, name: string): Ground {
  const project = join(ground.folder, name);
  mkdirSync(project, { recursive: true });
  return { ...ground, project };
}

/** Unmounts what the round has mounted, innermost first. */
function unmountBelow(folder: string): void {
  const mounted = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((entry) => entry.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounted.reverse()) spawnSync('umount', ['-l', path]);
}

/** Those that an interrupted trial would leave behind. */
const open = new Set<Ground>();
process.once('exit', closeAll);

function closeAll(): void {
  for (const ground of open) closeGround(ground);
}

/** A file system in memory where there is one with 4 GB to spare; otherwise the folder for temporary files. */
function quickFolder(): string {
  const memory = '/dev/shm';
  try {
    if (!existsSync(memory)) return tmpdir();
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > 4e9 ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}
