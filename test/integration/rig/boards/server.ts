import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ClusterKey } from '../../../../boards/keys.ts';
import { encodeKey } from '../../../../boards/keys.ts';
import type { Package } from '../../../../boards/package/directory.ts';
import { makePackage } from '../../../../boards/package/directory.ts';
import type { PackageDescription } from '../../../../boards/package/format.ts';
import { packedByteLength } from '../../../../finn/packing.ts';
import { buildBoardServer } from '../../../../toolchain/board-server.ts';
import type { RunningBoard, Sample } from '../../../boards/conformance/rig.ts';

/** How the C++ server is built and run: for this machine, or as ARM code under qemu. */
export interface ServerBuild {
  readonly folder: string;
  /** What the program is started with: nothing, or qemu. */
  readonly interpreter: readonly string[];
}

const sources = join(import.meta.dirname, '..', '..', '..', '..', 'server');
/** Builds stay from run to run, for libsodium for ARM alone takes a minute; they belong to this checkout. */
const builds = join(sources, 'build');

/** What this file of tests has built. */
const made = new Set<string>();

export function buildNatively(): ServerBuild {
  return { folder: make(join(builds, 'native'), '-DTESTS=ON'), interpreter: [] };
}

/** The product's own way to build, and then the checks beside the program. */
export async function buildForArm(qemu: string): Promise<ServerBuild> {
  const built = await buildBoardServer({
    home: builds,
    sources,
    variables: process.env,
    signal: new AbortController().signal,
    report: () => undefined,
  });
  if (built.type !== 'built') throw new Error(JSON.stringify(built));
  return { folder: make(built.folder, '-DTESTS=ON'), interpreter: [qemu] };
}

/** As 32-bit code of this machine: the numbers of a Zynq without an emulator, and with the sanitizers. */
export function buildFor32Bits(): ServerBuild {
  return { folder: make(join(builds, 'm32'), '-DTESTS=ON', ...settingsFor32Bits()), interpreter: [] };
}

/** With the fuzz targets instead of the server. */
export function buildForFuzzing(compiler: string, bits: 32 | 64): ServerBuild {
  const settings = ['-DTESTS=OFF', '-DFUZZ=ON', `-DCMAKE_CXX_COMPILER=${compiler}`];
  return bits === 64
    ? { folder: make(join(builds, 'fuzz'), ...settings), interpreter: [] }
    : { folder: make(join(builds, 'fuzz-m32'), ...settings, ...settingsFor32Bits()), interpreter: [] };
}

function settingsFor32Bits(): readonly string[] {
  // The system's headers are those of 64 bits, which serve both.
  const flags = '-m32 -idirafter /usr/include/x86_64-linux-gnu';
  const sodium = join(builds, 'libsodium-m32');
  mkdirSync(builds, { recursive: true });
  const build = 'test -e "$0/lib/libsodium.a" || "$1" "$0" i686-linux-gnu';
  execFileSync('flock', [`${sodium}.lock`, 'sh', '-c', build, sodium, join(sources, 'libsodium.sh')], {
    stdio: 'pipe',
    env: { ...process.env, CFLAGS: `-O2 ${flags}` },
  });
  return [`-DSODIUM=${sodium}`, `-DCMAKE_CXX_FLAGS=${flags}`];
}

function make(folder: string, ...settings: readonly string[]): string {
  if (made.has(folder)) return folder;
  mkdirSync(builds, { recursive: true });
  // Files of tests that run at the same time share the build: the second one waits for the first.
  const lock = join(builds, `${basename(folder)}.lock`);
  for (const step of [
    ['-S', sources, '-B', folder, '-DSTRICT=ON', ...settings],
    ['--build', folder, '-j2'],
  ])
    execFileSync('flock', [lock, 'cmake', ...step], { stdio: 'pipe' });
  made.add(folder);
  return folder;
}

/** Starts a program of the build and gives its first line and what ends it. */
export async function startProgram(
  { folder, interpreter }: ServerBuild,
  program: string,
  args: readonly string[],
) {
  const [command, ...before] = [...interpreter, join(folder, program)];
  const child = spawn(command, [...before, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines: string[] = [];
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const reader = createInterface(child.stdout);
  await new Promise<void>((resolve, reject) => {
    reader.on('line', (line) => {
      lines.push(line);
      resolve();
    });
    child.once('error', reject);
    void gone.then(() => reject(new Error(`${program} ended: ${complaint}`)));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
  };
  return { pid: child.pid!, lines, stop, complaint: () => complaint };
}

export interface ServerSettings {
  readonly backEnd: 'emulated' | 'sysfs' | 'overlay';
  readonly simulated?: boolean;
  readonly paths?: Readonly<Record<string, string>>;
  readonly deadlines?: Readonly<Record<string, number>>;
  readonly limits?: Readonly<Record<string, number>>;
  readonly watchdog?: { readonly device: string; readonly seconds: number };
}

/** Starts the server for a Zedboard with its state in `directory`; configuration and key lie beside that. */
export async function startServer(
  build: ServerBuild,
  directory: string,
  name: string,
  key: ClusterKey,
  settings: ServerSettings = { backEnd: 'emulated' },
): Promise<RunningBoard> {
  const config = await writeServerConfig(directory, name, key, settings);
  const { pid, lines, stop } = await startProgram(build, 'pipeline-board', ['--config', config]);
  const { port } = JSON.parse(lines[0]!) as { port: number };
  return { address: { host: '127.0.0.1', port }, pid, stop };
}

/** Writes the server's configuration and key; gives the path of the former. */
export async function writeServerConfig(
  directory: string,
  name: string,
  key: ClusterKey,
  settings: ServerSettings,
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const [config, keyFile] = ['config', 'key'].map((what) => join(dirname(directory), `${name}.${what}`));
  await writeFile(keyFile!, `${encodeKey(key)}\n`, { mode: 0o600 });
  const board = { name, boardType: 'zedboard', part: 'xc7z020clg484-1', state: directory, key: keyFile };
  const listen = { host: '127.0.0.1', port: 0 };
  await writeFile(config!, JSON.stringify({ ...board, listen, ...settings }));
  return config!;
}

/** A package of the C++ emulator: it gives the bytes of an image, repeated as needed, exclusive-or `mask`. */
export function xorSample(mask: number, input: Side, output: Side): Sample {
  const [from, to] = [input, output].map(({ shape, datatype }) => packedByteLength(shape, datatype)) as [
    number,
    number,
  ];
  const about = { format: 1, transformation: 'xor', mask };
  const description: Omit<PackageDescription, 'format' | 'files'> = {
    submodel: 'x',
    emulated: true,
    board: 'zedboard',
    part: 'xc7z020clg484-1',
    clockMHz: 100,
    input: { ...input, folded: input.shape },
    output: { ...output, folded: output.shape },
    cycles: { perNode: { Xor_0: 20_000 }, max: 20_000, total: 30_000 },
    versions: { finn: null, vivado: null },
    bitstream: { design: null },
  };
  return {
    package: (
      change = {},
      payload = new Map([['emulated.json', Buffer.from(JSON.stringify(about))]]),
    ): Package => makePackage({ ...description, ...change }, payload),
    images: (count) => {
      const packed = Uint8Array.from({ length: count * from }, (_, at) => (at * 31 + 7) & 0xff);
      const results = Uint8Array.from({ length: count * to }, (_, at) => {
        const image = Math.floor(at / to);
        return packed[image * from + ((at % to) % from)]! ^ mask;
      });
      return { packed, results };
    },
    modelledSeconds: (count) => (30_000 + (count - 1) * 20_000) / 100e6,
  };
}

export interface Side {
  readonly shape: readonly number[];
  readonly datatype: string;
}
