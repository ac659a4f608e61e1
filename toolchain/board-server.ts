import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { writeFileAtomically } from '../base/json-file.ts';
import { removeTree } from '../base/remove-tree.ts';
import { defined } from '../base/defined.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { filesBelow } from '../base/files-below.ts';
import type { Claim } from './claim.ts';
import { claimFolder } from './claim.ts';
import type { Variables } from './home.ts';
import { findOnPath } from './search-path.ts';
import { endOf, runTool } from './tool-process.ts';

export interface ServerBuilding {
  /** The folder for built programs; see `toolchainHome`. */
  readonly home: string;
  /** The folder `server` of this program. */
  readonly sources: string;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  /** Called with the name of each step as it begins. */
  readonly report: (step: string) => void;
}

export type BuiltServer =
  /** `folder` is the build folder of CMake, which contains `pipeline-board`. */
  | { readonly type: 'built'; readonly folder: string; readonly program: string }
  | { readonly type: 'failed'; readonly diagnostic: Diagnostic }
  | { readonly type: 'interrupted' };

/**
 * The board's server for a Zynq 7000, cross-compiled from its sources unless these were compiled before. A killed build
 * leaves nothing that counts; of two concurrent builds, the second waits for the first.
 */
export async function buildBoardServer(building: ServerBuilding): Promise<BuiltServer> {
  const { home, signal, report } = building;
  const folder = join(home, 'board-server');
  const parts = partsIn(folder, building.sources);
  const server = defined(parts.at(-1), 'a server is made of parts').folder;
  const built: BuiltServer = { type: 'built', folder: server, program: join(server, 'pipeline-board') };
  if (isDone(server)) return built;
  const missing = missingPrograms(building.variables['PATH'] ?? '');
  if (missing.length > 0) return { type: 'failed', diagnostic: noCompiler(missing) };
  mkdirSync(folder, { recursive: true });
  const claim = await claimFolder(folder, signal, (pid) => {
    report(`process ${pid} is already building it; waiting`);
  });
  if (claim === null) return { type: 'interrupted' };
  try {
    for (const part of parts) {
      const failure = isDone(part.folder) ? null : await makePart(building, part, claim);
      if (failure !== null) return failure;
    }
    return built;
  } finally {
    claim.release();
  }
}

/** A folder that is complete once it contains the file `done`, and the programs that make it. */
interface Part {
  readonly folder: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly title: string;
  readonly argv: readonly string[];
  readonly env?: Variables;
}

/**
 * The cryptography, which takes longest and rarely changes, and the server with it; each under the digest of its sources.
 */
function partsIn(folder: string, sources: string): readonly Part[] {
  const script = join(sources, 'libsodium.sh');
  const flags = '-O2 -mcpu=cortex-a9 -mfpu=neon -mfloat-abi=hard';
  const sodium = join(folder, `libsodium-${shortDigest([flags, ...contentsOf(sources, ['libsodium.sh'])])}`);
  const all = contentsOf(sources, ['CMakeLists.txt', 'arm.cmake', 'libsodium.sh', 'src']);
  const server = join(folder, `build-${shortDigest([versionOf(sources), ...all])}`);
  const settings = [`-DCMAKE_TOOLCHAIN_FILE=${join(sources, 'arm.cmake')}`, `-DSODIUM=${sodium}`];
  return [
    {
      folder: sodium,
      steps: [
        {
          title: 'libsodium for ARM, from the sources of Debian',
          argv: [script, sodium, 'arm-linux-gnueabihf'],
          env: { CFLAGS: flags },
        },
      ],
    },
    {
      folder: server,
      steps: [
        { title: 'configuration', argv: ['cmake', '-S', sources, '-B', server, ...settings] },
        { title: 'pipeline-board for ARM', argv: ['cmake', '--build', server, '-j2'] },
      ],
    },
  ];
}

function isDone(folder: string): boolean {
  return existsSync(join(folder, 'done'));
}

/** Null once it is made; after a failure nothing of it stays. */
async function makePart(
  building: ServerBuilding,
  { folder, steps }: Part,
  claim: Claim,
): Promise<BuiltServer | null> {
  removeTree(folder);
  for (const step of steps) {
    building.report(step.title);
    const failure = await runStep(building, step, claim);
    if (failure === null) continue;
    removeTree(folder);
    return failure;
  }
  writeFileAtomically(join(folder, 'done'), '');
  return null;
}

async function runStep(
  { variables, signal }: ServerBuilding,
  { title, argv, env }: Step,
  claim: Claim,
): Promise<BuiltServer | null> {
  const exit = await runTool({ argv, variables: { ...variables, ...env, ...claim.variables }, signal });
  if (exit.type === 'interrupted') return { type: 'interrupted' };
  if (exit.type === 'exited' && exit.code === 0) return null;
  const message = `the board's server could not be built: ${title} failed`;
  const hint = 'alternatively, use a program built elsewhere: --program FILE';
  return {
    type: 'failed',
    diagnostic: problem('boards/build-failed', message, { hint, detail: endOf(exit.output) }),
  };
}

const programs = ['cmake', 'make', 'arm-linux-gnueabihf-g++', 'autoreconf', 'apt-get', 'patch'];

function missingPrograms(path: string): readonly string[] {
  return programs.filter((name) => findOnPath(name, path) === null);
}

function noCompiler(missing: readonly string[]): Diagnostic {
  return problem(
    'boards/no-compiler',
    `to build the board's server ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    {
      hint: 'on Debian: apt-get install cmake make g++-arm-linux-gnueabihf nlohmann-json3-dev autoconf automake libtool patch; or use a program built elsewhere: --program FILE',
    },
  );
}

function shortDigest(lines: readonly string[]): string {
  return sha256(lines.join('\n')).slice(0, 16);
}

/** Names and digests of the files that a build reads. */
function contentsOf(sources: string, names: readonly string[]): readonly string[] {
  const files = names.flatMap((name) => filesBelow(sources, name)).sort();
  return files.map((file) => `${file} ${sha256(readFileSync(join(sources, file)))}`);
}

function versionOf(sources: string): string {
  const text = readFileSync(join(sources, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
