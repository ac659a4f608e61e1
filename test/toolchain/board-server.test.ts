import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { buildBoardServer } from '../../toolchain/board-server.ts';
import { isRunning } from '../rig/process.ts';
import { temporaryFolder, writeIn } from '../rig/project.ts';

/** Stand-ins for the programs of a build; `{name: text}` are POSIX shell scripts. */
function machine(scripts: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  const compilers = ['cmake', 'make', 'arm-linux-gnueabihf-g++', 'autoreconf', 'apt-get', 'patch'];
  for (const name of compilers) program(join('bin', name), scripts[name] ?? 'exit 0');
  program('checkout/server/libsodium.sh', scripts['libsodium.sh'] ?? 'mkdir -p "$1"; echo >"$1/lib"');
  for (const name of ['CMakeLists.txt', 'arm.cmake', 'src/main.cpp'])
    writeIn(folder, join('checkout/server', name), '');
  writeIn(folder, 'checkout/package.json', '{"version": "1.0.0"}');
  function program(path: string, script: string): void {
    writeIn(folder, path, `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, path), 0o755);
  }
  const steps: string[] = [];
  return {
    folder,
    steps,
    remove: (name: string) => chmodSync(join(folder, 'bin', name), 0o644),
    change: (name: string) => writeIn(folder, join('checkout/server', name), '# changed'),
    build: (signal = new AbortController().signal, path = `${join(folder, 'bin')}:/usr/bin:/bin`) =>
      buildBoardServer({
        home: join(folder, 'the home'),
        sources: join(folder, 'checkout/server'),
        variables: { PATH: path },
        signal,
        report: (step) => steps.push(step),
      }),
    kept: () => readdirSync(join(folder, 'the home', 'board-server')).map((name) => name.split('-')[0]),
  };
}

/** A stand-in for CMake: makes the folder, then the program in it. */
const cmake = `
case $1 in
-S) mkdir -p "$4" ;;
--build) echo >"$2/pipeline-board" ;;
esac`;
const all = ['libsodium for ARM, from the sources of Debian', 'configuration', 'pipeline-board for ARM'];

it('builds once for the same sources, and the cryptography only if its own sources change', async () => {
  const { build, steps, change } = machine({ cmake });
  const first = await build();
  if (first.type !== 'built') throw new Error(JSON.stringify(first));
  expect(first.program).toBe(join(first.folder, 'pipeline-board'));
  expect(existsSync(first.program)).toBe(true);
  expect(steps).toEqual(all);

  expect(await build()).toEqual(first);
  expect(steps).toHaveLength(3);

  change('src/main.cpp');
  const second = await build();
  expect(second).toMatchObject({ type: 'built' });
  expect(second).not.toEqual(first);
  expect(steps.slice(3)).toEqual(all.slice(1));
});

it('names the programs that are missing, unless it is built already', async () => {
  const bare = machine();
  const empty = join(bare.folder, 'empty');
  expect(await bare.build(undefined, empty)).toMatchObject({
    type: 'failed',
    diagnostic: {
      code: 'boards/no-compiler',
      message:
        "to build the board's server cmake, make, arm-linux-gnueabihf-g++, autoreconf, apt-get, patch are missing",
      hint: expect.stringMatching(/apt-get install cmake .*--program FILE/) as string,
    },
  });
  expect(existsSync(join(bare.folder, 'the home'))).toBe(false);

  const { build, remove, folder } = machine({ cmake });
  remove('cmake');
  expect(await build(undefined, join(folder, 'bin'))).toMatchObject({
    diagnostic: { message: "to build the board's server cmake is missing" },
  });

  const whole = machine({ cmake });
  const built = await whole.build();
  expect(await whole.build(undefined, empty)).toEqual(built);
});

it('reports the end of the output of a failed step, and keeps nothing of the build', async () => {
  const { build, kept } = machine({ cmake: 'echo no json.hpp >&2; mkdir -p "$4"; exit 1' });
  expect(await build()).toEqual({
    type: 'failed',
    diagnostic: {
      code: 'boards/build-failed',
      severity: 'error',
      message: "the board's server could not be built: configuration failed",
      hint: 'alternatively, use a program built elsewhere: --program FILE',
      detail: 'no json.hpp',
    },
  });
  expect(kept()).toEqual(['libsodium']);
});

it('ends what it started on an interruption, and starts again the next time', async () => {
  const { build, kept, folder } = machine({
    cmake,
    'libsodium.sh': 'mkdir -p "$1"; [ ! -e "$0.pid" ] || exit 0; echo $$ >"$0.pid"; exec sleep 60',
  });
  const file = join(folder, 'checkout/server/libsodium.sh.pid');
  const interruption = new AbortController();
  const building = build(interruption.signal);
  const pid = await vi.waitFor(() => {
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/\n$/);
    return Number(text);
  });
  interruption.abort();
  expect(await building).toEqual({ type: 'interrupted' });
  expect(isRunning(pid)).toBe(false);
  expect(kept()).toEqual([]);
  expect(await build()).toMatchObject({ type: 'built' });
});
