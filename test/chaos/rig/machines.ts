import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ground } from './ground.ts';
import type { Random } from './random.ts';

/** One way in which a machine fails a run. */
export interface Circumstance {
  readonly name: string;
  /** Why it cannot be had here, or null. */
  readonly whyNot: () => string | null;
  /** Prepares it, and says through which program the command runs; `what` is for the report. */
  readonly make: (ground: Ground, random: Random) => Made;
  /** Makes the machine well again. */
  readonly end?: (ground: Ground) => void;
  /** Whether the run itself must end well. */
  readonly mustBeWell?: boolean;
}

interface Made {
  readonly through: readonly string[];
  readonly env?: { readonly [name: string]: string };
  readonly what: string;
}

/** Every circumstance; the seed of a round chooses. */
export const circumstances: readonly Circumstance[] = [
  {
    // The disk is full at some byte: the file system of the project has less room than the results need.
    name: 'full disk',
    whyNot: withoutMounts,
    make: (ground, random) => {
      const size = random.pick([100, 300, 600, 1000, 1500, 2200, 3000, 4500]) + random.below(200);
      mount(ground, 'tmpfs', `size=${size}k`);
      return { through: [], what: `${size} kB` };
    },
    end: (ground) => execFileSync('mount', ['-o', 'remount,size=100m', ground.project]),
  },
  {
    name: 'no inodes left',
    whyNot: withoutMounts,
    make: (ground, random) => {
      const inodes = 20 + random.below(250);
      mount(ground, 'tmpfs', `size=100m,nr_inodes=${inodes}`);
      return { through: [], what: `${inodes} inodes` };
    },
    end: (ground) => execFileSync('mount', ['-o', 'remount,nr_inodes=100000', ground.project]),
  },
  {
    name: 'cache on another file system',
    whyNot: withoutMounts,
    mustBeWell: true,
    make: (ground, random) => {
      const name = random.pick(['.pipeline/cache', '.pipeline']);
      mkdirSync(join(ground.project, name), { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'chaos', join(ground.project, name)]);
      return { through: [], what: name };
    },
  },
  {
    name: 'read-only project',
    whyNot: withoutMounts,
    make: (ground) => {
      mount(ground, 'tmpfs', 'size=100m');
      execFileSync('mount', ['-o', 'remount,ro', ground.project]);
      return { through: [], what: 'from the start' };
    },
    end: (ground) => execFileSync('mount', ['-o', 'remount,rw', ground.project]),
  },
  {
    name: 'ulimit -n',
    whyNot: () => null,
    make: (_, random) => limit('-n', 20 + random.below(40)),
  },
  {
    name: 'ulimit -f',
    whyNot: () => null,
    // In blocks of 512 bytes.
    make: (_, random) => limit('-f', random.below(900)),
  },
  {
    name: 'ulimit -u',
    whyNot: withoutUsers,
    // The limit counts all processes of a user, and not those of root.
    make: (ground, random) => asUser(ground, ['prlimit', `--nproc=${12 + random.below(30)}`], ground.folder),
    end: asRootAgain,
  },
  {
    name: 'user without a name or a home',
    whyNot: withoutUsers,
    mustBeWell: true,
    make: (ground) => asUser(ground, []),
    end: asRootAgain,
  },
  {
    name: 'ulimit -v',
    whyNot: () => null,
    make: (_, random) => limit('-v', 700_000 + random.below(2_000_000)),
  },
  {
    name: 'clock that jumps',
    whyNot: () => (hasProgram('faketime') ? null : 'needs the Debian package faketime'),
    mustBeWell: true,
    make: (_, random) => {
      const offset = random.pick(['-400d', '+400d', '-10y', '+20y', '-3600']);
      return { through: ['faketime', '-f', offset], what: offset };
    },
  },
  {
    name: 'no folder for temporary files',
    whyNot: () => null,
    mustBeWell: true,
    make: (ground) => ({
      through: [],
      env: { TMPDIR: join(ground.folder, 'nowhere') },
      what: 'TMPDIR=nowhere',
    }),
  },
];

function mount({ project }: Ground, type: string, options: string): void {
  const files = ['pipeline.yaml', 'input'].map((name) => join(project, name)).filter(existsSync);
  const kept = files.map((file) => [file, execFileSync('cat', [file])] as const);
  execFileSync('mount', ['-t', type, '-o', options, 'chaos', project]);
  for (const [file, bytes] of kept) writeFileSync(file, bytes);
}

function limit(flag: string, value: number): Made {
  return {
    through: ['sh', '-c', `ulimit ${flag} ${value}; exec "$@"`, 'sh'],
    what: `ulimit ${flag} ${value}`,
  };
}

/** The command as a user who is in no list of users, and whose number no other round has. */
function asUser({ folder }: Ground, limits: readonly string[], home?: string): Made {
  const user = `${100_000 + (process.pid % 100_000)}`;
  execFileSync('chown', ['-R', `${user}:${user}`, folder]);
  return {
    through: ['setpriv', '--reuid', user, '--regid', user, '--clear-groups', ...limits],
    env: home === undefined ? {} : { HOME: home },
    what: limits.join(' '),
  };
}

function asRootAgain({ folder }: Ground): void {
  execFileSync('chown', ['-R', '0:0', folder]);
}

function withoutUsers(): string | null {
  if (!isRoot()) return 'needs root to be another user';
  return hasProgram('setpriv') && hasProgram('prlimit') ? null : 'needs setpriv and prlimit of util-linux';
}

function withoutMounts(): string | null {
  if (!isRoot()) return 'needs root for mounts';
  const { status } = spawnSync('unshare', ['--mount', 'true']);
  return status === 0 ? null : 'needs the right to mount';
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}
