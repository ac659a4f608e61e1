import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sha256 } from '../core/digest.ts';
import { writeFileAtomically } from '../core/state/json-file.ts';
import { removeTree } from '../core/state/remove-tree.ts';
import type { Diagnostic } from '../core/types.ts';
import { claimFolder } from './claim.ts';
import type { Variables } from './home.ts';
import { findOnPath } from './search-path.ts';
import { endOf, runTool } from './tool-process.ts';

export interface ServerBuilding {
  /** Where built programs are kept; see `toolchainHome`. */
  readonly home: string;
  /** The folder `boards/server` of this program. */
  readonly sources: string;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  /** Told what begins, in a few words. */
  readonly tell: (step: string) => void;
}

export type BuiltServer =
  /** `folder` is the build folder of CMake, in which `pipeline-board` lies. */
  | { readonly type: 'built'; readonly folder: string; readonly program: string }
  | { readonly type: 'failed'; readonly diagnostic: Diagnostic }
  | { readonly type: 'interrupted' };

/**
 * The board's server for a Zynq 7000, cross-compiled from its sources unless these were compiled before. A killed build
 * leaves nothing that counts; of two at once the second waits for the first.
 */
export async function buildBoardServer(building: ServerBuilding): Promise<BuiltServer> {
  const { home, sources, signal, tell } = building;
  const missing = missingPrograms(building.variables['PATH'] ?? '');
  const folder = join(home, `board-server-${digestOf(sources).slice(0, 16)}`);
  const [sodium, server] = [join(folder, 'libsodium'), join(folder, 'build')];
  const program = join(server, 'pipeline-board');
  const isDone = (): boolean => existsSync(join(folder, 'done'));
  if (isDone()) return { type: 'built', folder: server, program };
  if (missing.length > 0) return { type: 'failed', diagnostic: noCompiler(missing) };
  mkdirSync(folder, { recursive: true });
  const claim = await claimFolder(folder, signal, (pid) => {
    tell(`process ${String(pid)} builds it already; waiting`);
  });
  if (claim === null) return { type: 'interrupted' };
  try {
    if (isDone()) return { type: 'built', folder: server, program };
    const flags = '-O2 -mcpu=cortex-a9 -mfpu=neon -mfloat-abi=hard';
    const steps = [
      {
        title: 'libsodium for ARM, from the sources of Debian',
        argv: [join(sources, 'libsodium.sh'), sodium, 'arm-linux-gnueabihf'],
        env: { CFLAGS: flags },
      },
      {
        title: 'configuration',
        argv: ['cmake', '-S', sources, '-B', server, ...armSettings(sources, sodium)],
      },
      { title: 'pipeline-board for ARM', argv: ['cmake', '--build', server, '-j2'] },
    ];
    for (const { title, argv, env } of steps) {
      tell(title);
      const failure = await runStep(building, title, argv, { ...env }, claim.noteChild);
      if (failure !== null) return failure;
    }
    writeFileAtomically(join(folder, 'done'), '');
    return { type: 'built', folder: server, program };
  } finally {
    if (!isDone()) for (const part of [sodium, server]) removeTree(part);
    claim.release();
  }
}

function armSettings(sources: string, sodium: string): readonly string[] {
  return [`-DCMAKE_TOOLCHAIN_FILE=${join(sources, 'arm.cmake')}`, `-DSODIUM=${sodium}`];
}

async function runStep(
  { variables, signal }: ServerBuilding,
  title: string,
  argv: readonly string[],
  env: Variables,
  onStart: (pid: number) => void,
): Promise<BuiltServer | null> {
  const exit = await runTool({ argv, variables: { ...variables, ...env }, signal, onStart });
  if (exit.type === 'interrupted') return exit;
  if (exit.type === 'exited' && exit.code === 0) return null;
  const diagnostic: Diagnostic = {
    code: 'boards/build-failed',
    severity: 'error',
    message: `the board's server could not be built: ${title} failed`,
    hint: 'or name a program that was built elsewhere: --program FILE',
    detail: endOf(exit.output),
  };
  return { type: 'failed', diagnostic };
}

const programs = ['cmake', 'make', 'arm-linux-gnueabihf-g++', 'autoreconf', 'apt-get', 'patch'];

function missingPrograms(path: string): readonly string[] {
  return programs.filter((name) => findOnPath(name, path) === null);
}

function noCompiler(missing: readonly string[]): Diagnostic {
  return {
    code: 'boards/no-compiler',
    severity: 'error',
    message: `to build the board's server ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    hint: 'on Debian: apt-get install cmake make g++-arm-linux-gnueabihf nlohmann-json3-dev autoconf automake libtool patch; or --program FILE with one that was built elsewhere',
  };
}

/** Over all that a build reads: names and contents. */
function digestOf(sources: string): string {
  const wanted = ['CMakeLists.txt', 'arm.cmake', 'libsodium.sh', 'src'];
  const files = wanted.flatMap((name) => filesBelow(join(sources, name))).sort();
  const { version } = JSON.parse(readFileSync(join(sources, '..', '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return sha256(
    [version, ...files.map((file) => `${relative(sources, file)} ${sha256(readFileSync(file))}`)].join('\n'),
  );
}

function filesBelow(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}
