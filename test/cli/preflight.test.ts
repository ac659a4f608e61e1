import { cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../cli/environment.ts';
import { problemsAhead } from '../../cli/preflight/look.ts';
import { lookingContext } from '../../cli/preflight/subject.ts';
import { openProject } from '../../cli/project.ts';
import { cli } from '../rig/command.ts';
import { bareMachine, fakeVivado, program } from '../rig/machine.ts';
import { npy } from '../rig/npy.ts';
import { writeIn } from '../rig/project.ts';
import { root } from '../rig/sources.ts';
import { fakePython } from '../toolchain/fake-python.ts';

type Edit = readonly [from: string, to: string];

/** The example tfc-w2a2 with changes to its file, on a machine that has nothing. */
function example(...edits: readonly Edit[]) {
  const machine = bareMachine();
  cpSync(join(root, 'examples', 'tfc-w2a2'), machine.folder, { recursive: true });
  edit(machine.folder, ...edits);
  return machine;
}

function edit(folder: string, ...edits: readonly Edit[]): void {
  const file = join(folder, 'pipeline.yaml');
  const text = edits.reduce(
    (before, [from, to]) => {
      expect(before).toContain(from);
      return before.replace(from, to);
    },
    readFileSync(file, 'utf8'),
  );
  writeFileSync(file, text);
}

const onVivado: Edit = ['backend: emulated', 'backend: vivado, vivado: 2024.2'];
const realBoards: Edit = [
  'zed0: { board: zedboard }\n  zed1: { board: zedboard }',
  'zed0: { board: zedboard, address: 127.0.0.1, port: 9 }\n  zed1: { board: zedboard, address: 127.0.0.1, port: 10 }',
];

/** The example on a machine that has all that the back end needs, if `variables` are set. */
function equipped() {
  const machine = example(onVivado, ['version: 1\n', 'version: 1\ntools: {finn: {python: bin/python}}\n']);
  fakePython(machine.bin, {}, 'python');
  fakeVivado(machine.bin, []);
  program(machine.bin, 'vitis_hls', '');
  writeIn(machine.folder, 'deps/finn-hlslib/bnn-library.h', '');
  return { ...machine, variables: { FINN_DEPS: join(machine.folder, 'deps') } };
}

/** Codes, severities and places of diagnostics, and the types of what else a command printed as JSON. */
function told(out: string) {
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return lines
    .flatMap((line) => (line.type === 'diagnostic' ? [line] : (line.diagnostics ?? [])))
    .map(({ code, severity, place }) =>
      [
        ...(severity === 'warning' ? ['warning'] : []),
        code,
        ...(place ? [`${place.line}:${place.column}`] : []),
      ].join(' '),
    );
}

interface Line {
  readonly type?: string;
  readonly code?: string;
  readonly severity?: string;
  readonly place?: { readonly line: number; readonly column: number };
  readonly diagnostics?: readonly Line[];
}

const labelsOf = (values: readonly number[]) => npy('|u1', [values.length], Uint8Array.from(values));
const nothing = (): void => undefined;
const missing = (name: string) => (folder: string) => {
  rmSync(join(folder, name));
};

describe('plan and run find, before anything is started,', () => {
  it.each<[string, (folder: string) => void, readonly Edit[], readonly string[], number]>([
    ['a missing file of the last stage', missing('expected.npy'), [], ['file/missing 38:17'], 1],
    [
      'a folder in place of a file',
      nothing,
      [['expected: expected.npy', 'expected: folder']],
      ['file/unsupported 38:17'],
      1,
    ],
    ['JSON that is none', (folder) => writeIn(folder, 'folding.json', '{,}'), [], ['file/bad-json 1:2'], 1],
    [
      'an array that is none',
      (folder) => writeIn(folder, 'images.npy', 'text of a README'),
      [],
      ['npy/corrupt 21:21'],
      1,
    ],
    [
      'an array that was cut short',
      (folder) => {
        writeIn(folder, 'images.npy', readFileSync(join(folder, 'images.npy')).subarray(0, 1000));
      },
      [],
      ['npy/wrong-size 21:21'],
      1,
    ],
    [
      'no images',
      (folder) => writeIn(folder, 'images.npy', npy('|u1', [0, 1, 28, 28], new Uint8Array(0))),
      [],
      ['images/none 21:21'],
      1,
    ],
    [
      'too few labels',
      (folder) => writeIn(folder, 'labels.npy', labelsOf([1, 2, 3])),
      [],
      ['smoke/too-few-expected 39:15'],
      1,
    ],
    [
      'too few expected classes',
      (folder) => writeIn(folder, 'expected.npy', labelsOf([1, 2, 3])),
      [],
      ['smoke/too-few-expected 38:17'],
      1,
    ],
    [
      'labels that are no classes',
      (folder) => writeIn(folder, 'labels.npy', npy('|u1', [100, 10], new Uint8Array(1000))),
      [],
      ['smoke/wrong-expected 39:15'],
      1,
    ],
    ['classes without names', nothing, [[', bag, boot]', ']']], ['smoke/too-few-names 40:16'], 1],
    [
      'two problems of two stages',
      (folder) => {
        rmSync(join(folder, 'labels.npy'));
        rmSync(join(folder, 'specialize.json'));
      },
      [],
      ['file/missing 9:44', 'file/missing 39:15'],
      1,
    ],
  ])('%s', async (_, change, edits, problems, code) => {
    const { folder, pipeline } = example(...edits);
    writeIn(folder, 'folder/file', '');
    change(folder);
    const plan = await pipeline(['plan', '--json']);
    expect({ code: plan.code, told: told(plan.out) }).toEqual({ code, told: problems });
    const run = await pipeline(['run', '--json']);
    expect({ code: run.code, told: told(run.out) }).toEqual({ code, told: problems });
    expect(run.out).not.toContain('action-started');
  });
});

describe('what the back end needs', () => {
  it('is missing: each cause is reported once, and nothing is started', async () => {
    const { pipeline } = example(onVivado, realBoards);
    const causes = ['vivado/not-found', 'toolchain/not-installed', 'vivado/not-found', 'auth/key-file'];
    const plan = await pipeline(['plan', '--json']);
    expect({ code: plan.code, told: told(plan.out).sort() }).toEqual({ code: 1, told: [...causes].sort() });
    const run = await pipeline(['run']);
    expect(run.code).toBe(1);
    expect(run.out).toContain(
      'error[vivado/not-found]: there is no vivado 2024.2 on PATH (FOLDER/bin, /usr/bin, /bin)\n',
    );
    expect(run.out.match(/^error\[/gm)).toHaveLength(4);
    expect(run.out).toMatch(/\n✖ nothing was started: 4 problems\n$/);
  });

  it('counts only for the stages that take part', async () => {
    const { pipeline } = example(onVivado);
    expect((await pipeline(['plan', 'split'])).code).toBe(0);
    expect((await pipeline(['run', 'split'])).code).toBe(0);
    expect((await pipeline(['run', 'verify', '--only'])).code).toBe(2);
    expect((await pipeline(['run', 'verify'])).code).toBe(0);
  });

  it('need not be there for a stage whose earlier results may hold, but for one of another kind', async () => {
    const { folder, bin, pipeline } = example([
      'version: 1\n',
      'version: 1\ntools: {finn: {python: bin/python}}\n',
    ]);
    expect((await pipeline(['run', 'split'])).code).toBe(0);
    // The same names of stages, and nothing that FINN made.
    edit(folder, ['frontend: embedded', 'frontend: finn']);
    const { out } = await pipeline(['run', 'split', '--json']);
    expect(told(out)).toEqual(['toolchain/no-python']);
    expect(out).not.toContain('action-started');
    expect(existsSync(join(bin, 'python'))).toBe(false);
  });

  it('has another version', async () => {
    const { bin, pipeline } = example(['backend: emulated', 'backend: vivado, vivado: 2022.2']);
    fakeVivado(bin, []);
    const { out } = await pipeline(['run', 'build', '--json']);
    expect(told(out)).toContain('vivado/wrong-version');
  });

  it('is read as the scripts that build read it: a patch does not count, and silence is a warning', async () => {
    const { bin, pipeline } = example(onVivado);
    program(bin, 'vivado', "echo 'vivado v2024.2_AR76780 (64-bit)'");
    const patched = told((await pipeline(['plan', 'build', '--json'])).out);
    expect(patched.join()).not.toContain('wrong-version');
    program(bin, 'vivado', 'true');
    const silent = told((await pipeline(['plan', 'build', '--json'])).out);
    expect(silent).toContain('warning vivado/wrong-version');
  });

  it('is an image: the engine that runs it must be there, what is in it cannot be seen', async () => {
    const { bin, pipeline } = example(
      ['frontend: embedded', 'frontend: finn'],
      ['version: 1\n', "version: 1\ntools: {finn: {image: 'finn:1.6.1', engine: podman}}\n"],
    );
    const without = await pipeline(['plan', 'estimate', '--json']);
    expect({ code: without.code, told: told(without.out) }).toEqual({
      code: 1,
      told: ['action/not-started'],
    });
    program(bin, 'podman', 'exit 1');
    expect((await pipeline(['plan', 'estimate'])).code).toBe(0);
  });

  it('is a program of the file: plan does not start it, run and plan --online do', async () => {
    const { folder, bin, pipeline } = example(onVivado, [
      'version: 1\n',
      'version: 1\ntools: {vivado: {path: [vendor]}, finn: {python: vendor/python}}\n',
    ]);
    fakePython(join(folder, 'vendor'), {}, 'python');
    program(join(folder, 'vendor'), 'vitis_hls', '');
    fakeVivado(join(folder, 'vendor'), []);
    edit(folder, ['vivado: 2024.2', 'vivado: 2022.2']);
    const calls = join(folder, 'vendor', 'calls');
    const offline = await pipeline(['plan', 'build', '--json']);
    expect({ code: offline.code, told: told(offline.out) }).toEqual({ code: 0, told: [] });
    expect(existsSync(calls)).toBe(false);
    const online = await pipeline(['plan', 'build', '--json', '--online']);
    expect(told(online.out)).toEqual(['vivado/wrong-version', 'finn/no-hlslib']);
    const run = await pipeline(['run', 'build', '--json']);
    expect(told(run.out)).toEqual(['vivado/wrong-version', 'finn/no-hlslib']);
    expect(readFileSync(calls, 'utf8')).toBe('-version\n-version\n');
    expect(existsSync(join(bin, 'calls'))).toBe(false);
  });

  it('has a licence file that does not exist: a warning, since Vivado may need none', async () => {
    const { pipeline, variables } = equipped();
    const { code, out } = await pipeline(['plan', 'build', '--json'], {
      ...variables,
      LM_LICENSE_FILE: '/nowhere/a.lic',
    });
    expect({ code, told: told(out) }).toEqual({ code: 0, told: ['warning toolchain/no-licence-file'] });
  });
});

it('a tool is missing: an error for a stage that runs for certain, and else a warning', async () => {
  const { folder } = example(onVivado, ['version: 1\n', 'version: 1\ntools: {finn: {python: none}}\n']);
  const environment = readEnvironment({ directory: folder });
  const project = await openProject(environment, {});
  if (!project.ok) throw new Error('the example is valid');
  const context = lookingContext(project.value, environment);
  const { signal } = new AbortController();
  const severities = (isCertain: boolean) =>
    problemsAhead(
      project.value.plan.stages
        .filter(({ kind }) => kind === 'finn/hardware')
        .map((stage) => ({ stage, isCertain })),
      { project: project.value, environment, context, signal, startsNamed: true, answerSeconds: 1 },
      { scopes: ['machine'], boards: 'errors' },
    ).then((found) =>
      found.filter(({ code }) => code === 'toolchain/no-python').map(({ severity }) => severity),
    );
  expect(await severities(true)).toEqual(['error']);
  expect(await severities(false)).toEqual(['warning']);
});

describe('boards', () => {
  it('that are emulated load no bitstreams, which only stages on boards mind', async () => {
    const { pipeline } = example(onVivado);
    const everything = await pipeline(['plan', '--json']);
    const mistakes = told(everything.out).filter((line) => line.startsWith('config/'));
    expect(mistakes).toEqual(['config/other-backend 43:3', 'config/other-backend 44:3']);
    expect((await pipeline(['plan', 'package', '--json'])).out).not.toContain('config/');
  });

  it('that do not suit the back end are all that is wrong: the file is at fault', async () => {
    const { pipeline, variables } = equipped();
    const { code, out } = await pipeline(['run'], variables);
    expect(code).toBe(2);
    expect(out).toContain(
      'error[config/other-backend]: zed0 has no address, and an emulated board cannot load what Vivado builds\n  pipeline.yaml:',
    );
    expect(out).toContain('✖ nothing was started: 2 problems\n');
  });

  it('that do not answer are warnings of a run that would use them, and problems of plan --online', async () => {
    const { folder, pipeline } = example(realBoards);
    writeFileSync(join(folder, 'cluster.key'), `${'0'.repeat(64)}\n`, { mode: 0o600 });
    const warnings = ['zed0', 'zed1'].map((_, index) => `warning config/other-backend ${43 + index}:3`);
    const offline = await pipeline(['plan', '--json']);
    expect({ code: offline.code, told: told(offline.out) }).toEqual({ code: 0, told: warnings });
    const online = await pipeline(['plan', '--json', '--online']);
    expect({ code: online.code, told: told(online.out) }).toEqual({
      code: 1,
      told: [...warnings, 'board/unreachable 43:3', 'board/unreachable 44:3'],
    });
    expect(told((await pipeline(['run', 'package', '--json'])).out)).toEqual([]);
    const [checked] = (await pipeline(['run', '--json'])).out
      .split('\n')
      .filter((line) => line.includes('run-checked'));
    expect(told(checked!)).toEqual([
      ...warnings,
      'warning board/unreachable 43:3',
      'warning board/unreachable 44:3',
    ]);
  });
});

describe('a run that can succeed is not stopped', () => {
  it.each(
    ['.', 'examples/tfc-w2a2', 'examples/mobilenetv1'].flatMap((folder) => {
      const text = readFileSync(join(root, folder, 'pipeline.yaml'), 'utf8');
      const [, profiles = ''] = text.split('\nprofiles:\n');
      const names = [...profiles.matchAll(/^ {2}([\w-]+):/gm)].map(([, name]) => name!);
      return [null, ...names].map((profile) => ({ folder, profile }));
    }),
  )('$folder with profile $profile', async ({ folder, profile }) => {
    const { folder: project, pipeline } = bareMachine();
    cpSync(join(root, folder, 'pipeline.yaml'), join(project, 'pipeline.yaml'));
    const files = folder === '.' ? 'examples/cnv-w2a2' : '.';
    cpSync(join(root, folder, files), join(project, files), {
      recursive: true,
      filter: (path) => !path.includes('.pipeline'),
    });
    const needsTools = profile === 'finn' || profile === 'vivado';
    const args = ['plan', '--json', ...(profile === null ? [] : ['--profile', profile])];
    const { code, out } = await pipeline(args);
    const causes = told(out).filter((cause) => !/^(toolchain|vivado)\//.test(cause));
    const unfit = profile === 'vivado' ? [/^config\/other-backend/, /^config\/other-backend/] : [];
    expect(causes).toEqual(unfit.map((cause) => expect.stringMatching(cause) as string));
    expect(code).toBe(needsTools ? 1 : 0);
  });
});

it('a run with nothing to do loads nothing of this', async () => {
  const machine = bareMachine();
  const dist = join(machine.folder, 'dist');
  cpSync(dirname(cli), dist, { recursive: true });
  const project = join(machine.folder, 'project');
  writeIn(project, 'input', 'x');
  writeIn(
    project,
    'pipeline.yaml',
    `version: 1\nstages: {a: {kind: shell, with: {inputs: [input], command: 'echo > out/x', outputs: [x]}}}\n`,
  );
  const run = async () => {
    const env = { PATH: '/usr/bin:/bin', HOME: machine.folder, XDG_STATE_HOME: machine.folder };
    return execa(process.execPath, [join(dist, 'cli.js'), 'run'], {
      cwd: project,
      extendEnv: false,
      env,
      reject: false,
    });
  };
  expect((await run()).exitCode).toBe(0);
  const own = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .filter((name) => readFileSync(join(dist, name), 'utf8').includes('room for Vivado'));
  expect(own).not.toEqual([]);
  for (const name of own) renameSync(join(dist, name), join(dist, `${name}.gone`));
  expect((await run()).exitCode).toBe(0);
  writeIn(project, 'input', 'y');
  expect((await run()).exitCode).not.toBe(0);
});
