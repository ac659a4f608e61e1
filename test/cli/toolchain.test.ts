import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, vi } from 'vitest';
import type { FakePython } from '../toolchain/fake-python.ts';
import { fakePython } from '../toolchain/fake-python.ts';
import { cli } from '../rig/command.ts';
import { isRunning } from '../rig/process.ts';
import { temporaryFolder, writeIn } from '../rig/project.ts';

/** `pipeline toolchain …` on a machine with one Python, which is a stand-in. */
function machine(fake: FakePython = {}) {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  fakePython(bin, fake);
  const start = (...args: readonly string[]) =>
    execa(process.execPath, [cli, 'toolchain', ...args], {
      cwd: folder,
      extendEnv: false,
      env: { PATH: `${bin}:/usr/bin:/bin`, PIPELINE_TOOLCHAIN_HOME: 'home', HOME: folder },
      reject: false,
    });
  return {
    folder,
    bin,
    start,
    run: async (...args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await start(...args);
      return {
        code: exitCode,
        out: stdout.replaceAll(folder, 'FOLDER'),
        error: stderr.replaceAll(folder, 'FOLDER'),
      };
    },
    /** What is in the folder of the environment. */
    contents: () => {
      const finn = join(folder, 'home', 'finn');
      return readdirSync(join(finn, readdirSync(finn)[0]!)).sort();
    },
  };
}

const done = [expect.stringMatching(/^environment-\w+$/), 'environment.json'];

type Line = { readonly type: string; readonly [field: string]: unknown };

/** Resolves when a process has reported an event of this type. */
function told(stdout: NodeJS.ReadableStream, type: string): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    stdout.on('data', (more: Buffer) => {
      text += more.toString();
      if (text.includes(`"${type}"`)) resolve();
    });
  });
}

function linesOf(out: string): readonly Line[] {
  return out.split('\n').map((line) => JSON.parse(line) as Line);
}

describe('pipeline toolchain install finn', () => {
  it('says what it will do, what it does, and its result', async () => {
    const pip = "echo '  Downloading torch-2.13.0-cp311-cp311-linux_x86_64.whl (191.8 MB)'";
    const { run } = machine({ pip });
    const { code, out, error } = await run('install', 'finn');
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const told = out
      .replace(/\d+(\.\d+)? m?s/g, 'TIME')
      .replace(/[0-9a-f]{16}/g, 'DIGEST')
      .replace(/environment-\w+/, 'ENVIRONMENT');
    expect(told).toBe(`FINN+ 1.6.1 with Python 3.11.9: about 327 MB to download, 1.3 GB on disk
  with FOLDER/bin/python3.11
  in FOLDER/home/finn/DIGEST
Python environment
  done in TIME
packages
  1 of 57 packages, torch (191.8 MB)
  done in TIME
first start (slow)
  done in TIME
FINN's own dependencies
  done in TIME
✔ FINN+ 1.6.1, qonnx 1.0.0, Python 3.11.9 installed in TIME
  FOLDER/home/finn/DIGEST/ENVIRONMENT/bin/python`);
    const again = await run('install', 'finn');
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/^✔ FINN\+ 1\.6\.1, qonnx 1\.0\.0, Python 3\.11\.9 already installed\n/);
  });

  it('shows which dependencies of FINN it got, and warns of the others', async () => {
    const list = `git_deps:
  finn-hlslib: {url: "https://github.com/Xilinx/finn-hlslib.git", commit: "8d979e2bdced486dd25d26607d1ff5ae327ed6a8"}
boardfile_deps:
  avnet-bdf: {url: "https://github.com/Avnet/bdf.git", commit: "2d49cfc25766f07792c0b314489f21fe916b639b", subdirectory: .}
`;
    const interfaces = '"$last/lib/python3.11/site-packages/finn/interface"';
    const venv = `make; mkdir -p ${interfaces}; printf '%s' '${list}' >${interfaces}/external_dependencies.yaml`;
    const { folder, run } = machine({ venv });
    writeIn(folder, 'deps/finn-hlslib/bnn-library.h', '');
    const { code, out, error } = await run('install', 'finn', '--deps', 'deps');
    expect(code).toBe(0);
    expect(out).toContain("FINN's own dependencies\n  finn-hlslib at 8d979e2bdced\n  done in ");
    expect(error).toContain(
      'warning[toolchain/missing-dependency]: avnet-bdf is missing, which builds with Vivado may need: it is not in FOLDER/deps\n',
    );
    expect((await run('install', 'finn', '--deps', 'none')).code).toBe(2);
  });

  it('reports events as JSON', async () => {
    const { run } = machine();
    const { out } = await run('install', 'finn', '--json');
    const lines = linesOf(out);
    expect(lines[0]).toMatchObject({ type: 'install-started', download: 327e6, disk: 1.34e9 });
    expect(lines.at(-1)).toMatchObject({ type: 'install-finished', outcome: 'installed' });
    expect(linesOf((await run('status', '--json')).out)).toMatchObject([
      { type: 'toolchain-status', finn: { versions: { finnPlus: '1.6.1' } }, vivado: null, hls: null },
    ]);
  });

  it('reports a failure as JSON too', async () => {
    const { run } = machine({ pip: 'exit 1' });
    const { code, out } = await run('install', 'finn', '--json');
    expect(code).toBe(3);
    expect(linesOf(out).slice(-2)).toMatchObject([
      { type: 'install-finished', outcome: 'failed', environment: null },
      { type: 'diagnostic', code: 'toolchain/failed' },
    ]);
  });

  it.each<[string, readonly string[], number, string]>([
    ['another tool', ['vivado'], 2, 'error[usage/unknown-tool]: "vivado" cannot be installed'],
    [
      'a Python that is not there',
      ['finn', '--python', 'no/python'],
      2,
      'error[toolchain/no-python]: there is no program FOLDER/no/python',
    ],
    [
      'a wheelhouse that is not there',
      ['finn', '--wheelhouse', 'wheels'],
      2,
      'error[file/missing]: there is no folder wheels',
    ],
  ])('refuses %s', async (_, args, expected, message) => {
    const { code, error } = await machine().run('install', ...args);
    expect(code).toBe(expected);
    expect(error.split('\n')[0]).toBe(message);
  });

  it('ends with 3 if the machine is at fault', async () => {
    const { code, error } = await machine({ version: '3.9.2' }).run(
      'install',
      'finn',
      '--python',
      'python3.11',
    );
    expect({ code, first: error.split('\n')[0] }).toEqual({
      code: 2,
      first: 'error[toolchain/python-too-old]: FINN+ needs Python 3.11 or later; python3.11 is 3.9.2',
    });
    const offline = machine({ check: 'exit 1' });
    expect((await offline.run('install', 'finn')).code).toBe(3);
  });
});

describe('an installation that is cut short', () => {
  /** The first pip reports that it has started, and continues when a test writes to `gate`; later ones end at once. */
  const waitsOnce = `if mkfifo "$home/gate" 2>/dev/null; then
      echo $$ > "$home/pid"; echo 'Processing /w/torch-2.13.0-cp311-cp311-linux_x86_64.whl'; cat "$home/gate"
    fi`;

  /** Starts an installation and waits until its pip waits. */
  async function waiting() {
    const one = machine({ pip: waitsOnce });
    const first = one.start('install', 'finn', '--json');
    await told(first.stdout, 'package-found');
    return { ...one, first, pip: Number(readFileSync(join(one.bin, 'pid'), 'utf8')) };
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s ends pip and leaves nothing', async (signal) => {
    const { first, pip, contents } = await waiting();
    first.kill(signal);
    expect((await first).exitCode).toBe(130);
    expect(isRunning(pip)).toBe(false);
    expect(contents()).toEqual([]);
  });

  it('by SIGKILL is cleaned up and completed by the next, which ends the pip that is still running', async () => {
    const { first, pip, contents, run } = await waiting();
    first.kill('SIGKILL');
    await first;
    expect(isRunning(pip)).toBe(true);
    expect((await run('status')).out).toMatch(/^FINN {7}not found\n/);
    expect((await run('install', 'finn')).code).toBe(0);
    expect(isRunning(pip)).toBe(false);
    expect(contents()).toEqual(done);
  });

  it('is not needed twice: a second one waits for the first and uses its result', async () => {
    const { first, bin, start, contents } = await waiting();
    const second = start('install', 'finn', '--json');
    await told(second.stdout, 'install-waiting');
    writeFileSync(join(bin, 'gate'), '');
    expect(linesOf((await first).stdout).at(-1)).toMatchObject({ outcome: 'installed' });
    const lines = linesOf((await second).stdout);
    expect(lines.map(({ type }) => type)).toEqual(['install-waiting', 'install-finished']);
    expect(lines[0]).toMatchObject({ pid: first.pid });
    expect(lines[1]).toMatchObject({ outcome: 'present' });
    expect(contents()).toEqual(done);
  });
});

describe('pipeline toolchain status', () => {
  it('says how to get missing tools', async () => {
    const { code, out } = await machine().run('status');
    expect(code).toBe(0);
    expect(out).toBe(`FINN       not found
           pipeline toolchain install finn (327 MB to download)
Verilator  not found
           for verify with rtl: true: pipeline toolchain install rtl (6.5 MB to download)
Vivado     not found
           to build bitstreams, put its bin folder on PATH (its settings64.sh does)
Vitis HLS  not found
           comes with Vivado; put both on PATH`);
  });

  it('names the tools found', async () => {
    const { run, bin } = machine();
    await run('install', 'finn');
    writeIn(bin, 'vivado', "#!/bin/sh\necho 'vivado v2024.2 (64-bit)'\n");
    // It answers no question but that for its version.
    writeIn(bin, 'vitis_hls', '#!/bin/sh\n');
    writeIn(bin, 'verilator_bin', '#!/bin/sh\n');
    for (const name of ['vivado', 'vitis_hls', 'verilator_bin']) chmodSync(join(bin, name), 0o755);
    const { out } = await run('status');
    expect(out.replace(/finn\/\w+\/environment-\w+/, 'finn/ENVIRONMENT'))
      .toBe(`FINN       FINN+ 1.6.1, qonnx 1.0.0, Python 3.11.9
           FOLDER/home/finn/ENVIRONMENT/bin/python
Verilator  found
           FOLDER/bin/verilator_bin
Vivado     2024.2
           FOLDER/bin/vivado
Vitis HLS  found
           FOLDER/bin/vitis_hls
Boards     unknown
           Vivado did not report what it can build for`);
  });

  it('ends Vivado on Ctrl-C, and leaves nothing', async () => {
    const { start, folder, bin } = machine();
    writeIn(
      bin,
      'vivado',
      `#!/bin/sh\n[ "$1" = -version ] && { echo 'vivado v2024.2 (64-bit)'; exit; }\npwd >'${folder}/asked-in'\necho $$ >'${folder}/asked'\nexec sleep 600\n`,
    );
    chmodSync(join(bin, 'vivado'), 0o755);
    const status = start('status');
    const asked = await vi.waitFor(
      () => {
        const pid = Number.parseInt(readFileSync(join(folder, 'asked'), 'utf8'), 10);
        expect(pid).toBeGreaterThan(0);
        return pid;
      },
      { timeout: 10_000 },
    );
    status.kill('SIGINT');
    expect((await status).exitCode).toBe(130);
    expect(isRunning(asked)).toBe(false);
    expect(existsSync(readFileSync(join(folder, 'asked-in'), 'utf8').trim())).toBe(false);
  });

  it('asks Vivado for the boards of the project, with the tools that the project names', async () => {
    const { run, folder } = machine();
    const answer = ['part xc7z020clg484-1', 'board avnet.com:zedboard:part0:1.4', 'done'].join('\n');
    writeIn(
      folder,
      'vendor/vivado',
      `#!/bin/sh\necho "$HOME $PROBED_PARTS $BOARD_FILES" >>'${folder}/asked'\ncat >probe.txt <<END\n${answer}\nEND\necho 'vivado v2024.2 (64-bit)'\n`,
    );
    chmodSync(join(folder, 'vendor', 'vivado'), 0o755);
    writeIn(folder, 'home/.Xilinx/x.lic', '');
    writeIn(
      folder,
      'pipeline.yaml',
      `version: 1
target: {board: zedboard, boardPart: 'avnet.com:zedboard:part0:1.4'}
tools: {vivado: {path: [vendor], boards: boards}, finn: {image: 'finn:1.6.1'}}
cluster: {a: {board: zedboard}, b: {board: kv260}, c: {board: zedboard}}
stages: {a: {kind: shell, with: {command: 'true', outputs: [x]}}}
`,
    );
    expect((await run('status')).out).toMatch(
      /\nBoards     unknown\n           there is no folder \S+\/boards\n             tools: \{vivado: \{boards: DIR\}\} names it/,
    );
    mkdirSync(join(folder, 'boards'));
    const { code, out } = await run('status');
    expect(code).toBe(0);
    expect(out).toBe(`FINN       in the image finn:1.6.1
           run by docker
Verilator  not found
           for verify with rtl: true: pipeline toolchain install rtl (6.5 MB to download)
Vivado     2024.2
           FOLDER/vendor/vivado
Vitis HLS  not found
           comes with Vivado; put both on PATH
Boards     Vivado can build for 1 of 2
           zedboard: avnet.com:zedboard:part0:1.4
           kv260: this Vivado has no support for xck26-sfvc784-2LV-c, the part of kv260
             add its device family with the installer of Vivado: Add Design Tools or Devices`);
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n').at(-1);
    expect(asked).toMatch(/^\S+pipeline-probe-\S+ xc7z020clg484-1 xck26-sfvc784-2LV-c \S+\/boards$/);
    expect(linesOf((await run('status', '--json')).out)).toMatchObject([
      {
        type: 'toolchain-status',
        finn: { image: 'finn:1.6.1' },
        verilator: null,
        vivado: { version: '2024.2' },
        boards: [
          { board: 'zedboard', boardPart: 'avnet.com:zedboard:part0:1.4', problem: null },
          { board: 'kv260', boardPart: null, problem: { code: 'vivado/no-part' } },
        ],
      },
    ]);
  });
});
