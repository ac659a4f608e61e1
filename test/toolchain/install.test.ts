import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InstallEvent } from '../../toolchain/finn/events.ts';
import type { Installation, Installed } from '../../toolchain/finn/install.ts';
import { installTool } from '../../toolchain/finn/install.ts';
import { finnTool } from '../../toolchain/finn/tool.ts';
import { finnFolder, locateFinn, requirementsDigest } from '../../toolchain/finn/locate.ts';
import { temporaryFolder, writeIn } from '../rig/project.ts';
import type { FakePython } from './fake-python.ts';
import { fakePython } from './fake-python.ts';

const requirements = 'finn-plus==1.6.1\ntorch==2.13.0\nnumpy==2.4.6\n';
const hashes = `aa  finn_plus-1.6.1-py3-none-any.whl
b1  numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl
b2  numpy-2.4.6-cp311-cp311-macosx_14_0_x86_64.whl
b3  numpy-2.4.6-cp312-cp312-manylinux_2_28_x86_64.whl
c1  torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl
c2  torch-2.13.0-cp311-cp311-macosx_14_0_x86_64.whl
`;
/** The requirements that pip gets on Linux with Python 3.11. */
const torch = 'torch==2.13.0+cpu --hash=sha256:c1';
const others = 'finn-plus==1.6.1 --hash=sha256:aa numpy==2.4.6 --hash=sha256:b1';
const digest = requirementsDigest(requirements);
const PATH = process.env['PATH'];

interface Result {
  readonly outcome: Installed;
  readonly events: readonly InstallEvent[];
}

/** A home, and installations into it with stand-ins for Python. */
function machine(fake: FakePython = {}, more: Partial<Installation> = {}) {
  const home = temporaryFolder();
  const pythons = temporaryFolder();
  const python = fakePython(pythons, fake);
  return {
    home,
    folder: finnFolder(home, digest),
    python,
    /** The arguments of each call of its pip, without the constant options. */
    pipCalls: (): readonly string[] =>
      readFileSync(join(pythons, 'pip-calls'), 'utf8').trim().split('\n').map(shortened),
    install: async (other: Partial<Installation> = {}): Promise<Result> => {
      const events: InstallEvent[] = [];
      const outcome = await installTool({
        tool: finnTool,
        home,
        requirements,
        hashes,
        python,
        wheelhouse: null,
        dependencies: null,
        variables: { PATH },
        signal: new AbortController().signal,
        now: () => 0,
        emit: (event) => events.push(event),
        ...more,
        ...other,
      });
      return { outcome, events };
    },
  };
}

function shortened(call: string): string {
  return (call.split('--only-binary :all: ')[1] ?? call).replace(/-r \S+pins\.txt /, '');
}

function diagnosticOf({ outcome }: Result) {
  return outcome.type === 'failed' ? outcome.diagnostic : null;
}

describe('installTool', () => {
  it('makes an environment that can be found', async () => {
    const { install, home, folder, pipCalls } = machine();
    const { outcome, events } = await install();
    expect(outcome).toEqual({ type: 'installed', environment: locateFinn(home, digest), warnings: [] });
    expect(locateFinn(home, digest)?.versions).toEqual({
      python: '3.11.9',
      finnPlus: '1.6.1',
      qonnx: '1.0.0',
    });
    expect(events.map((event) => ('step' in event ? `${event.type} ${event.step}` : event.type))).toEqual([
      'install-started',
      'step-started environment',
      'step-finished environment',
      'step-started packages',
      'step-finished packages',
      'step-started check',
      'step-finished check',
      'step-started dependencies',
      'step-finished dependencies',
      'install-finished',
    ]);
    expect(pipCalls()).toEqual([`--require-hashes ${torch} ${others}`]);
    expect(readdirSync(folder).sort()).toEqual([expect.stringMatching(/^environment-/), 'environment.json']);
  });

  it('does nothing if it exists', async () => {
    const { install, python } = machine();
    const first = await install();
    rmSync(python);
    // The interpreter in the environment links to the stand-in.
    writeFileSync(python, '');
    const second = await install({ python: null, variables: {} });
    expect(second.outcome).toEqual({ ...first.outcome, type: 'present' });
    expect(second.events.map(({ type }) => type)).toEqual(['install-finished']);
  });

  it('makes it again for another release of Python, and keeps only one', async () => {
    const { install, home, folder } = machine();
    await install();
    const later = fakePython(temporaryFolder(), { version: '3.12.4' });
    expect((await install({ python: later })).outcome.type).toBe('installed');
    expect(locateFinn(home, digest)?.versions.python).toBe('3.12.4');
    expect(readdirSync(folder).length).toBe(2);
    expect((await install({ python: later })).outcome.type).toBe('present');
  });

  it('makes it again if its Python has gone', async () => {
    const { install, python } = machine();
    await install();
    rmSync(python);
    const other = fakePython(temporaryFolder());
    expect((await install({ python: other })).outcome.type).toBe('installed');
  });

  it('reports packages as pip comes to them', async () => {
    const pip = `echo 'Collecting torch==2.13.0+cpu'
      echo '  Downloading torch-2.13.0%2Bcpu-cp311-cp311-linux_x86_64.whl (191.8 MB)'
      echo 'Processing /w/numpy-2.4.6-cp311-cp311-linux_x86_64.whl'
      echo 'Installing collected packages: torch, numpy'`;
    const { events } = await machine({ pip }).install();
    expect(events.filter(({ type }) => type.startsWith('package'))).toEqual([
      { type: 'package-found', at: 0, done: 1, total: 3, name: 'torch', size: '191.8 MB' },
      { type: 'package-found', at: 0, done: 2, total: 3, name: 'numpy', size: null },
      { type: 'packages-unpacking', at: 0, names: ['torch', 'numpy'] },
    ]);
  });
});

describe('where packages come from', () => {
  const missing = (pin: string): string =>
    `echo 'ERROR: Could not find a version that satisfies the requirement ${pin} (from versions: 2.12.0, 2.13.0)'
     echo 'ERROR: No matching distribution found for ${pin}'; exit 1`;
  const cpuIndex = '--index-url https://download.pytorch.org/whl/cpu';

  it("uses PyTorch's own index for the build without CUDA if the configured ones lack it", async () => {
    const pip = `case "$*" in *--index-url*) ;; *) if grep -q torch "$last"; then ${missing('torch==2.13.0+cpu')}; fi ;; esac`;
    const { install, pipCalls } = machine({ pip });
    expect((await install()).outcome.type).toBe('installed');
    expect(pipCalls()).toEqual([
      `--require-hashes ${torch} ${others}`,
      `--require-hashes ${cpuIndex} ${torch}`,
      `--require-hashes ${others}`,
    ]);
  });

  it('uses the standard torch on a Mac', async () => {
    const { install, pipCalls } = machine({ platform: 'darwin' });
    await install();
    expect(pipCalls()[0]).toBe(
      '--require-hashes torch==2.13.0 --hash=sha256:c2 finn-plus==1.6.1 --hash=sha256:aa numpy==2.4.6 --hash=sha256:b2',
    );
  });

  it('takes everything from a wheelhouse, regardless of the configuration of pip', async () => {
    const { install, pipCalls } = machine({
      pip: 'echo "[$PIP_FIND_LINKS$PIP_CONFIG_FILE]" >> "$home/pip-calls"',
    });
    const variables = { PATH, PIP_FIND_LINKS: '/elsewhere' };
    expect((await install({ wheelhouse: '/wheels', variables })).outcome.type).toBe('installed');
    expect(pipCalls()).toEqual([
      `--require-hashes --no-index --find-links /wheels ${torch} ${others}`,
      '[/dev/null]',
    ]);
  });

  it('takes the index, the folders and the connection of the configuration of pip, and no further index', async () => {
    const settings = `:env:.index-url='https://mirror'
global.index-url='https://other'
global.extra-index-url='https://evil'
global.cert='/etc/ca.pem'
install.find-links='/a /b'
global.target='/elsewhere'
`;
    const pip = 'echo "[$PIP_INDEX_URL$PIP_TARGET$PIP_CONFIG_FILE]" >> "$home/pip-calls"';
    const { install, pipCalls } = machine({ pip, settings });
    await install({ variables: { PATH, PIP_INDEX_URL: 'https://mirror', PIP_TARGET: '/elsewhere' } });
    expect(pipCalls()).toEqual([
      `--require-hashes --index-url https://mirror --cert /etc/ca.pem --find-links /a --find-links /b ${torch} ${others}`,
      '[/dev/null]',
    ]);
  });

  it("takes a torch of which no sha256 is known from PyTorch's own index alone", async () => {
    const settings = "global.index-url='https://mirror'\nglobal.find-links='/a'\nglobal.proxy='http://p'\n";
    const { install, pipCalls } = machine({ version: '3.12.4', settings });
    expect((await install()).outcome.type).toBe('installed');
    expect(pipCalls()).toEqual([
      `--proxy http://p ${cpuIndex} torch==2.13.0+cpu`,
      '--require-hashes --index-url https://mirror --find-links /a --proxy http://p finn-plus==1.6.1 --hash=sha256:aa numpy==2.4.6 --hash=sha256:b3',
    ]);
  });

  it('names the wheel that a wheelhouse lacks', async () => {
    const result = await machine({ pip: missing('numpy==2.4.6') }).install({ wheelhouse: '/wheels' });
    expect(diagnosticOf(result)).toMatchObject({
      code: 'toolchain/missing-wheel',
      message: '/wheels has no wheel of numpy==2.4.6 for this machine and Python',
      hint: 'fill the folder on a machine with the same system and Python; docs/toolchain.md explains how',
    });
  });

  it('names a package of which no wheel for this machine is known, before it asks anybody', async () => {
    const result = await machine({ version: '3.13.1' }).install();
    expect(diagnosticOf(result)).toMatchObject({
      code: 'toolchain/missing-wheel',
      message: 'there is no wheel of numpy==2.4.6 for Python 3.13.1 on linux x86_64',
    });
  });

  it("names what PyTorch's index lacks", async () => {
    const result = await machine({ pip: missing('torch==2.13.0+cpu') }).install();
    expect(diagnosticOf(result)?.message).toBe(
      "PyTorch's index https://download.pytorch.org/whl/cpu has no wheel of torch==2.13.0+cpu for this machine and Python",
    );
  });
});

describe('what goes wrong', () => {
  const offline = `echo "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<x>: Failed to establish a new connection: [Errno -2] Name or service not known')': /simple/numpy/" >&2
    echo 'ERROR: Could not find a version that satisfies the requirement numpy==2.4.6 (from versions: none)' >&2
    exit 1`;
  it.each<[string, string, FakePython]>([
    [
      'toolchain/no-network',
      'the package index cannot be reached: Name or service not known',
      { pip: offline },
    ],
    [
      'toolchain/disk-full',
      "the disk is full; FINN needs about 1.3 GB, and 327 MB more in pip's cache and the temporary folder",
      {
        pip: "echo 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device'; exit 1",
      },
    ],
    [
      'toolchain/not-writable',
      '/srv/cache cannot be written',
      { pip: `echo "ERROR: [Errno 13] Permission denied: '/srv/cache'"; exit 1` },
    ],
    [
      'toolchain/altered-wheel',
      'the wheel of numpy==2.4.6 from the package index is not the one that this program was tested with: its sha256 differs',
      {
        pip: `cat <<'END'
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes. Otherwise, examine the package contents carefully; someone may have tampered with them.
    numpy==2.4.6 from https://mirror/numpy.whl#sha256=00 (from -r pins.txt (line 2)):
        Expected sha256 b1
             Got        00

END
exit 1`,
      },
    ],
    [
      'toolchain/broken',
      'FINN was installed, but cannot be imported',
      { check: 'echo no attrs >&2; exit 1' },
    ],
    ['toolchain/broken', 'FINN+ 1.6.1 was asked for, not 1.5.0', { distributions: { 'finn-plus': '1.5.0' } }],
    ['toolchain/no-pip', 'PYTHON (Python 3.11.9) could not make an environment', { venv: 'exit 1' }],
    ['toolchain/failed', 'pip failed in ENVIRONMENT', { pip: 'echo Illegal instruction; exit 132' }],
  ])('fails with %s: %s', async (code, message, fake) => {
    const { install, home, folder, python } = machine(fake);
    const diagnostic = diagnosticOf(await install());
    expect(diagnostic?.code).toBe(code);
    expect(diagnostic?.message.replace(python, 'PYTHON').replace(/\S+environment-\S+/, 'ENVIRONMENT')).toBe(
      message,
    );
    expect(locateFinn(home, digest)).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('shows why FINN cannot be imported', async () => {
    const check = 'echo "ModuleNotFoundError: No module named \'attr\'" >&2; exit 1';
    expect(diagnosticOf(await machine({ check }).install())?.detail).toBe(
      "ModuleNotFoundError: No module named 'attr'",
    );
  });

  it('reports that the home cannot be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(diagnosticOf(await machine({}, { home: file }).install())).toMatchObject({
      code: 'toolchain/not-writable',
      message: `${finnFolder(file, digest)} cannot be written`,
    });
  });

  it('reports any other refusal of the system with what to do', async () => {
    const emit = (): never => {
      throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE', syscall: 'open' });
    };
    const { home, python } = machine();
    let calls = 0;
    const { outcome } = await machine({}, { home, python }).install({
      emit: () => (calls++ === 0 ? emit() : undefined),
    });
    expect(outcome).toMatchObject({
      type: 'failed',
      diagnostic: { code: 'infrastructure/machine', message: 'EMFILE: too many open files' },
    });
  });

  it('keeps the previous environment if a later installation fails', async () => {
    const { install, home, folder } = machine();
    await install();
    const before = locateFinn(home, digest);
    const bad = fakePython(temporaryFolder(), { version: '3.12.4', pip: 'exit 1' });
    expect((await install({ python: bad })).outcome.type).toBe('failed');
    expect(locateFinn(home, digest)).toEqual(before);
    expect(readdirSync(folder).length).toBe(2);
  });
});

describe('an interruption', () => {
  it('ends pip and keeps nothing', async () => {
    const interruption = new AbortController();
    const pip = "echo 'Processing /w/torch-2.13.0-cp311-cp311-linux_x86_64.whl'; sleep 600";
    const { install, folder } = machine({ pip });
    const { outcome, events } = await install({
      signal: interruption.signal,
      emit: (event) => {
        if (event.type === 'package-found') interruption.abort();
      },
    });
    expect(outcome).toEqual({ type: 'interrupted' });
    expect(events).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('before the start does nothing at all', async () => {
    const interruption = new AbortController();
    interruption.abort();
    const { install, home } = machine();
    const { outcome } = await install({ signal: interruption.signal });
    expect(outcome).toEqual({ type: 'interrupted' });
    expect(readdirSync(home)).toEqual([]);
  });
});

it('cleans up after a killed installation, including files without write permission', async () => {
  const { install, folder } = machine();
  writeIn(folder, 'environment-killed/lib/torch.py', '');
  chmodSync(join(folder, 'environment-killed/lib'), 0o500);
  writeIn(folder, 'environment.json.1.0.0.tmp', '{"direc');
  mkdirSync(join(folder, 'environment-empty'));
  expect((await install()).outcome.type).toBe('installed');
  expect(existsSync(join(folder, 'environment-killed'))).toBe(false);
  expect(readdirSync(folder).length).toBe(2);
});
