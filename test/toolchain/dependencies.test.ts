import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { InstallEvent } from '../../toolchain/finn/events.ts';
import type { Installation } from '../../toolchain/finn/install.ts';
import { installTool } from '../../toolchain/finn/install.ts';
import { finnTool } from '../../toolchain/finn/tool.ts';
import { finnFolder, locateDependencies, requirementsDigest } from '../../toolchain/finn/locate.ts';
import { temporaryFolder, temporaryFolderForSuite, writeIn } from '../rig/project.ts';
import { fakePython } from './fake-python.ts';

const requirements = 'finn-plus==1.6.1\n';
const hashes = 'aa  finn_plus-1.6.1-py3-none-any.whl\n';
const digest = requirementsDigest(requirements);
const PATH = process.env['PATH'] ?? '';

/** Runs git without the configuration of whoever runs the tests; returns what it prints. */
function git(folder: string, ...argv: readonly string[]): string {
  const identity = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org'];
  const env = { PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...identity, ...argv], { cwd: folder, env, encoding: 'utf8' }).trim();
}

/** A bare repository with these files in its first commit, and a second one on top; returns the first. */
function repository(at: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(dirname(at), { recursive: true });
  const work = mkdtempSync(`${at}-`);
  git(work, 'init', '--quiet');
  for (const [path, text] of Object.entries(files)) writeIn(work, path, text);
  git(work, 'add', '.');
  git(work, 'commit', '--quiet', '-m', 'pinned');
  const pinned = git(work, 'rev-parse', 'HEAD');
  writeIn(work, 'later', 'not pinned\n');
  git(work, 'add', '.');
  git(work, 'commit', '--quiet', '-m', 'later');
  git(work, 'clone', '--quiet', '--bare', work, at);
  rmSync(work, { recursive: true });
  return pinned;
}

/** The three repositories, made once, and the commits that FINN pins. */
const remotes = { folder: '', hlslib: '', boards: '', store: '' };

beforeAll(() => {
  const folder = temporaryFolderForSuite();
  Object.assign(remotes, {
    folder,
    hlslib: repository(join(folder, 'Xilinx/finn-hlslib.git'), { 'bnn-library.h': '// pinned\n' }),
    boards: repository(join(folder, 'Avnet/bdf.git'), { 'zedboard/1.4/board.xml': '<board/>\n' }),
    store: repository(join(folder, 'Xilinx/XilinxBoardStore.git'), {
      'boards/Xilinx/kv260_som/1.4/board.xml': '<board/>\n',
      'boards/Xilinx/other/1.0/board.xml': '<board/>\n',
    }),
  });
});

/** A machine whose FINN pins three repositories that git finds in a folder instead of on the network. */
function machine() {
  const remote = temporaryFolder();
  cpSync(remotes.folder, remote, { recursive: true });
  const home = temporaryFolder();
  const { hlslib, boards, store } = remotes;
  const list = join(temporaryFolder(), 'list.yaml');
  writeFileSync(
    list,
    `git_deps:
  finn-hlslib: {url: "https://github.com/Xilinx/finn-hlslib.git", commit: "${hlslib}", pip_install: False}
  AuroraFlow: {url: "https://github.com/pc2/AuroraFlow.git", commit: "00", pip_install: False}
boardfile_deps:
  avnet-bdf: {url: "https://github.com/Avnet/bdf.git", commit: "${boards}", subdirectory: .}
  kv260-som-bdf: {url: "https://github.com/Xilinx/XilinxBoardStore.git", commit: "${store}", subdirectory: "boards/Xilinx/kv260_som"}
`,
  );
  const folder = '"$last/lib/python3.11/site-packages/finn/interface"';
  const venv = `make; mkdir -p ${folder}; cp '${list}' ${folder}/external_dependencies.yaml`;
  const python = fakePython(temporaryFolder(), { venv });
  const variables = {
    PATH,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.file://${remote}/.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://github.com/',
  };
  return {
    ...{ remote, home, hlslib, boards },
    deps: join(finnFolder(home, digest), 'deps'),
    variables,
    install: async (other: Partial<Installation> = {}) => {
      const events: InstallEvent[] = [];
      const outcome = await installTool({
        tool: finnTool,
        ...{ home, requirements, hashes, python, variables },
        wheelhouse: null,
        dependencies: null,
        signal: new AbortController().signal,
        now: () => 0,
        emit: (event) => events.push(event),
        ...other,
      });
      return { outcome, events };
    },
  };
}

describe("FINN's own dependencies", () => {
  it('are fetched at the commits that FINN pins, and then found', async () => {
    const { install, home, deps, hlslib } = machine();
    const { outcome, events } = await install();
    expect(outcome).toMatchObject({ type: 'installed', warnings: [] });
    expect(locateDependencies(home, digest)).toBe(deps);
    expect(readdirSync(deps).sort()).toEqual(['board_files', 'finn-hlslib']);
    expect(readdirSync(join(deps, 'finn-hlslib'))).toEqual(['bnn-library.h']);
    expect(readdirSync(join(deps, 'board_files')).sort()).toEqual(['avnet-bdf', 'kv260_som']);
    expect(readdirSync(join(deps, 'board_files/kv260_som'))).toEqual(['1.4']);
    expect(events.filter(({ type }) => type === 'dependency-installed')).toMatchObject([
      { name: 'finn-hlslib', commit: hlslib, folder: join(deps, 'finn-hlslib') },
      { name: 'avnet-bdf', folder: join(deps, 'board_files/avnet-bdf') },
      { name: 'kv260-som-bdf', folder: join(deps, 'board_files/kv260_som') },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'install-finished', missing: [] });
  });

  it('are not fetched twice, but those that are missing are', async () => {
    const { install, deps, remote } = machine();
    await install();
    rmSync(join(remote, 'Avnet'), { recursive: true });
    expect((await install()).events.map(({ type }) => type)).toEqual(['install-finished']);
    rmSync(join(deps, 'finn-hlslib'), { recursive: true });
    const { outcome, events } = await install();
    expect(outcome).toMatchObject({ type: 'present', warnings: [] });
    expect(events.flatMap((event) => (event.type === 'dependency-installed' ? [event.name] : []))).toEqual([
      'finn-hlslib',
    ]);
    expect(existsSync(join(deps, 'finn-hlslib/bnn-library.h'))).toBe(true);
  });

  it('may be missing: FINN counts, and the warning names address, commit and folder', async () => {
    const { install, remote, deps, hlslib } = machine();
    rmSync(join(remote, 'Xilinx/finn-hlslib.git'), { recursive: true });
    const { outcome, events } = await install();
    if (outcome.type !== 'installed') throw new Error(outcome.type);
    const [warned, ...others] = outcome.warnings;
    expect(others).toEqual([]);
    expect(warned?.code).toBe('toolchain/missing-dependency');
    expect(warned?.message).toMatch(
      /^finn-hlslib is missing, which builds with Vivado may need: '.*finn-hlslib\.git' does not appear to be a git repository$/,
    );
    expect(warned?.hint).toContain(
      `git clone https://github.com/Xilinx/finn-hlslib.git finn-hlslib && git -C finn-hlslib checkout ${hlslib}, moved to ${join(deps, 'finn-hlslib')}`,
    );
    expect(existsSync(join(deps, 'board_files/avnet-bdf/zedboard/1.4/board.xml'))).toBe(true);
    expect(existsSync(join(deps, 'finn-hlslib'))).toBe(false);
    expect(readdirSync(deps)).toEqual(['board_files']);
    expect(events.at(-1)).toMatchObject({ outcome: 'installed', missing: ['finn-hlslib'] });
  });

  it('are missing without git, and with --wheelhouse alone', async () => {
    const { install } = machine();
    const tools = temporaryFolder();
    for (const name of ['sh', 'mkdir', 'cp', 'ln', 'cat'])
      writeFileSync(join(tools, name), `#!/bin/sh\nexec /bin/${name} "$@"\n`, { mode: 0o755 });
    const reasons = async (other: Partial<Installation>) => {
      const { outcome } = await install(other);
      return 'warnings' in outcome ? new Set(outcome.warnings.map(({ message }) => message)) : outcome;
    };
    const missing = (name: string, reason: string): string =>
      `${name} is missing, which builds with Vivado may need: ${reason}`;
    const names = ['finn-hlslib', 'avnet-bdf', 'kv260-som-bdf'];
    expect(await reasons({ variables: { PATH: tools } })).toEqual(
      new Set(names.map((name) => missing(name, 'there is no git on PATH'))),
    );
    expect(await reasons({ wheelhouse: '/wheels' })).toEqual(
      new Set(names.map((name) => missing(name, 'nothing is fetched with --wheelhouse'))),
    );
  });

  it('are deleted if an interruption or a kill left them incomplete', async () => {
    const { install, deps } = machine();
    writeIn(deps, '.incoming-killed/finn-hlslib/bnn-library.h', 'half');
    const interruption = new AbortController();
    const { outcome } = await install({
      signal: interruption.signal,
      emit: (event) => {
        if (event.type === 'dependency-installed') interruption.abort();
      },
    });
    expect(outcome).toEqual({ type: 'interrupted' });
    expect(readdirSync(deps)).toEqual(['finn-hlslib']);
    expect((await install()).outcome).toMatchObject({ type: 'present', warnings: [] });
  });
});

describe('given dependencies', () => {
  /** What a user copies from elsewhere: a clone of one, and the bare files of another. */
  function given({ remote, hlslib }: { readonly remote: string; readonly hlslib: string }): string {
    const folder = temporaryFolder();
    git(folder, 'clone', '--quiet', join(remote, 'Xilinx/finn-hlslib.git'), 'finn-hlslib');
    git(join(folder, 'finn-hlslib'), 'checkout', '--quiet', hlslib);
    writeIn(folder, 'board_files/zedboard/1.4/board.xml', '<board/>\n');
    return folder;
  }

  it('are taken from a folder without a network; those that are not in it are named', async () => {
    const { install, remote, hlslib, deps } = machine();
    const dependencies = given({ remote, hlslib });
    rmSync(remote, { recursive: true });
    const { outcome } = await install({ dependencies });
    expect(outcome).toMatchObject({
      type: 'installed',
      warnings: [
        {
          message: `kv260-som-bdf is missing, which builds with Vivado may need: it is not in ${dependencies}`,
        },
      ],
    });
    expect(readdirSync(join(deps, 'finn-hlslib'))).toEqual(['bnn-library.h']);
    expect(readFileSync(join(deps, 'board_files/avnet-bdf/zedboard/1.4/board.xml'), 'utf8')).toBe(
      '<board/>\n',
    );
    expect(existsSync(join(dependencies, 'finn-hlslib/.git'))).toBe(true);
  });

  it('are taken from an archive, with or without a folder around them', async () => {
    for (const around of [true, false]) {
      const { install, remote, hlslib, deps } = machine();
      const folder = given({ remote, hlslib });
      const place = temporaryFolder();
      mkdirSync(join(place, 'finn-deps'));
      cpSync(folder, join(place, 'finn-deps'), { recursive: true });
      const archive = join(temporaryFolder(), 'deps.tar.gz');
      execFileSync('tar', ['-czf', archive, '-C', around ? place : folder, around ? 'finn-deps' : '.']);
      await install({ dependencies: archive });
      expect(existsSync(join(deps, 'finn-hlslib/bnn-library.h'))).toBe(true);
      expect(readdirSync(deps).sort()).toEqual(['board_files', 'finn-hlslib']);
    }
  });

  it('are those of the pinned commit, whatever a clone has checked out, and nothing in it is run', async () => {
    const { install, remote, hlslib, deps } = machine();
    const dependencies = given({ remote, hlslib });
    const clone = join(dependencies, 'finn-hlslib');
    git(clone, 'checkout', '--quiet', 'master');
    writeIn(clone, 'bnn-library.h', '// changed\n');
    const trace = join(temporaryFolder(), 'ran');
    git(clone, 'config', 'core.fsmonitor', `touch ${trace}; false`);
    expect((await install({ dependencies })).outcome.type).toBe('installed');
    expect(readdirSync(join(deps, 'finn-hlslib'))).toEqual(['bnn-library.h']);
    expect(readFileSync(join(deps, 'finn-hlslib/bnn-library.h'), 'utf8')).toBe('// pinned\n');
    expect(existsSync(trace)).toBe(false);
  });

  it('are refused if a clone lacks the pinned commit', async () => {
    const { install, remote, hlslib, deps } = machine();
    const dependencies = given({ remote, hlslib });
    const clone = join(dependencies, 'finn-hlslib');
    rmSync(join(clone, '.git'), { recursive: true });
    git(clone, 'init', '--quiet');
    const { outcome } = await install({ dependencies });
    expect(outcome).toMatchObject({
      type: 'failed',
      diagnostic: {
        code: 'toolchain/bad-dependencies',
        hint: `git -C ${clone} fetch https://github.com/Xilinx/finn-hlslib.git ${hlslib}`,
      },
    });
    expect(outcome.type === 'failed' && outcome.diagnostic.message).toContain(
      `the commit ${hlslib} of finn-hlslib, which FINN pins, cannot be taken from ${clone}: `,
    );
    expect(existsSync(join(deps, 'finn-hlslib'))).toBe(false);
  });

  it('are refused if they are no folder and no archive', async () => {
    const { install } = machine();
    expect((await install({ dependencies: '/nowhere/deps' })).outcome).toMatchObject({
      diagnostic: { code: 'file/missing', message: 'there is no /nowhere/deps' },
    });
    const file = join(temporaryFolder(), 'deps.tar.gz');
    writeFileSync(file, 'text');
    expect((await install({ dependencies: file })).outcome).toMatchObject({
      diagnostic: { code: 'toolchain/bad-dependencies' },
    });
  });
});
