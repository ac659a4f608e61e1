import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, vi } from 'vitest';
import { cli, pipeline, runEvents, untimed } from '../rig/command.ts';
import { labels, parseEvents, parseJournal } from '../rig/events.ts';
import { projectWith, temporaryFolder } from '../rig/project.ts';
import { isRunning } from '../rig/process.ts';

const stage = (command: string) => `{kind: shell, with: {command: '${command}', outputs: [x]}}`;
const project = (stages: { readonly [name: string]: string }): string =>
  `version: 1\nstages:\n${Object.entries(stages)
    .map(([name, text]) => `  ${name}: ${text}\n`)
    .join('')}`;

describe('pipeline run', () => {
  it('prints plain lines without colours if there is no terminal', async () => {
    const folder = projectWith({ 'pipeline.yaml': project({ one: stage('echo > out/x') }) });
    const { code, out, error } = await pipeline(folder, 'run');
    expect(code).toBe(0);
    expect(error).toBe('');
    expect(out.replace(/\d+(\.\d+)? m?s/g, 'TIME')).toBe(
      'one  running (first time)\none  ok TIME\n✔ done: 1 ran, 0 up to date in TIME\n',
    );
    expect(untimed((await pipeline(folder, 'run')).out)).toBe('✔ 1 up to date\n');
  });

  it('reports events as JSON, the same as in its journal', async () => {
    const folder = projectWith({ 'pipeline.yaml': project({ one: stage('echo hello; echo > out/x') }) });
    const events = await runEvents(folder);
    expect(events.map(({ type }) => type)).toEqual([
      'run-started',
      'stage-expanded',
      'action-started',
      'action-submitted',
      'action-output',
      'action-succeeded',
      'run-finished',
    ]);
    const journal = join(folder, '.pipeline/journal');
    const kept = parseJournal(readFileSync(join(journal, readdirSync(journal)[0]!), 'utf8'));
    expect(kept).toEqual(events.filter(({ type }) => type !== 'action-output'));
  });

  it.each([
    ['0 when all is well', project({ one: stage('echo > out/x') }), [], 0],
    ['1 when a stage failed', project({ one: stage('exit 7') }), [], 1],
    ['2 for a bad file', 'version: 3', [], 2],
    ['2 for an unknown target', project({ one: stage('true') }), ['two'], 2],
    ['2 for an unknown option', project({ one: stage('true') }), ['--jbos', '3'], 2],
    ['2 for a bad number', project({ one: stage('true') }), ['--jobs', '0'], 2],
    ['2 for force without a target', project({ one: stage('true') }), ['--force'], 2],
  ])('exits with %s', async (_, text, args, code) => {
    expect((await pipeline(projectWith({ 'pipeline.yaml': text }), 'run', ...args)).code).toBe(code);
  });

  it('works on another folder with -C, and reports a missing file', async () => {
    const folder = projectWith({ 'deep/pipeline.yaml': project({ one: stage('echo > out/x') }) });
    expect((await pipeline(folder, 'run', '-C', 'deep')).code).toBe(0);
    const refused = await pipeline(folder, 'run');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.error).toContain('error[config/no-file]');
  });

  it.each([
    [['--only'], 'error[usage/only-what]: --only requires a target'],
    [['--json', '-v'], "error: option '-v, --verbose' cannot be used with option '--json'"],
    [['--json', '-q'], "error: option '-q, --quiet' cannot be used with option '--json'"],
  ])('refuses options that have no meaning: %j', async (args, message) => {
    const folder = projectWith({ 'pipeline.yaml': project({ one: stage('echo > out/x') }) });
    const { code, error } = await pipeline(folder, 'run', ...args);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  it('reports what the disk refuses instead of a stack trace', async () => {
    const folder = projectWith({ 'pipeline.yaml': project({ one: stage('echo > out/x') }) });
    const limited = (...args: readonly string[]) =>
      execa('sh', ['-c', 'ulimit -f 0; exec "$@"', 'sh', process.execPath, cli, 'run', ...args], {
        cwd: folder,
        reject: false,
      });
    const { exitCode, stdout, stderr } = await limited();
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: '' });
    expect(stdout).toMatch(/error\[infrastructure\/disk\]: EFBIG[^\n]*\n  hint: [^\n]+ulimit -f/);
    const events = parseEvents((await limited('--json')).stdout);
    expect(events.find(({ type }) => type === 'run-checked')).toMatchObject({
      isRefused: true,
      diagnostics: [{ code: 'infrastructure/disk' }],
    });
    expect(labels(await runEvents(folder), 'action-succeeded')).toEqual(['one']);
  });

  it('repairs its own folder', async () => {
    const folder = projectWith({
      'pipeline.yaml': project({ one: stage('echo > out/x') }),
      '.pipeline/work': 'a file in place of the folder',
    });
    expect(labels(await runEvents(folder), 'action-succeeded')).toEqual(['one']);
  });

  it('continues when the reader of its output has gone', async () => {
    const folder = projectWith({
      'pipeline.yaml': project({ one: stage('echo > out/x'), two: stage('echo > out/x; sleep 0.2') }),
    });
    await execa('sh', ['-c', `"${process.execPath}" "${cli}" run -j 1 | head -n 1`], { cwd: folder });
    expect(labels(await runEvents(folder), 'action-cached')).toEqual(['one', 'two']);
  });

  it('reports a missing initialisation script of Vivado where the tools name it', async () => {
    const folder = temporaryFolder();
    const example = join(import.meta.dirname, '..', '..', 'examples', 'tfc-w2a2');
    cpSync(example, folder, { recursive: true });
    const text = readFileSync(join(example, 'pipeline.yaml'), 'utf8');
    writeFileSync(
      join(folder, 'pipeline.yaml'),
      text
        .replace('backend: emulated', 'backend: vivado, vivado: 2024.2')
        .replace('version: 1\n', 'version: 1\ntools: {vivado: {init: none.tcl}}\n'),
    );
    const { code, out } = await pipeline(folder, 'run', 'build.probe/0');
    expect(code).toBe(1);
    expect(out).toContain('error[file/missing]: there is no file none.tcl\n  pipeline.yaml:3:24\n');
  });

  it('reports a missing file at the line that names it', async () => {
    const folder = projectWith({
      'pipeline.yaml': project({ one: '{kind: finn/preprocess, with: {model: net.onnx}}' }),
    });
    const { code, out } = await pipeline(folder, 'run');
    expect(code).toBe(1);
    expect(out).toContain('error[file/missing]: there is no file net.onnx\n  pipeline.yaml:3:46\n');
  });
});

describe('Ctrl-C', () => {
  it('ends running actions, keeps finished ones and leaves nothing half-written', async () => {
    const folder = projectWith({
      'pipeline.yaml': project({
        quick: stage('echo > out/x'),
        slow: stage(
          'echo half > out/x; sleep 600 & echo $! > "$PWD/../../../../pid"; echo ready > "$PWD/../../../../ready"; wait',
        ).replace('{kind: shell,', '{kind: shell, after: [quick],'),
      }),
    });
    execFileSync('mkfifo', [join(folder, 'ready')]);
    const run = execa(process.execPath, [cli, 'run', '--json'], { cwd: folder, reject: false });
    await execa('cat', [join(folder, 'ready')]);
    run.kill('SIGINT');
    const { exitCode, stdout } = await run;
    expect(exitCode).toBe(130);
    const events = parseEvents(stdout);
    expect(labels(events, 'action-cancelled')).toEqual(['slow']);
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'interrupted' });
    expect(isRunning(Number(readFileSync(join(folder, 'pid'), 'utf8')))).toBe(false);
    expect(readdirSync(join(folder, '.pipeline/work'))).toEqual([]);
    expect(existsSync(join(folder, '.pipeline/lock'))).toBe(false);
    const { out } = await pipeline(folder, 'plan');
    expect(out).toContain('quick  up to date');
    expect(out).toContain('slow   would run  first time');
  });
});

describe('a second Ctrl-C', () => {
  it('ends at once what does not end by itself', async () => {
    const stubborn =
      'trap "" TERM INT HUP; echo $$ > "$PWD/../../../../pid"; echo > "$PWD/../../../../ready"; sleep 600; sleep 600';
    const folder = projectWith({ 'pipeline.yaml': project({ slow: stage(stubborn) }) });
    execFileSync('mkfifo', [join(folder, 'ready')]);
    const run = execa(process.execPath, [cli, 'run', '--json'], { cwd: folder, reject: false });
    await execa('cat', [join(folder, 'ready')]);
    run.kill('SIGINT');
    // Pending signals of one kind count as one signal: the second is of another kind.
    run.kill('SIGTERM');
    expect((await run).exitCode).toBe(130);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    // A killed process is gone once the kernel has processed the signal.
    await vi.waitFor(() => {
      expect(isRunning(pid)).toBe(false);
    });
  });
});

describe('state files of any shape', () => {
  it.each(['ledger.json', 'files.json'])('are treated as missing: %s', async (name) => {
    const folder = projectWith({ 'pipeline.yaml': project({ one: stage('echo > out/x') }) });
    await pipeline(folder, 'run');
    for (const text of [
      'null',
      '[]',
      '{"entries":null}',
      '{"entries":{"one":null}}',
      '{"one":null}',
      '{"entries":{"one":{}}}',
      '{',
    ]) {
      writeFileSync(join(folder, '.pipeline', name), text);
      const { code, out } = await pipeline(folder, 'run');
      expect({ text, code, out }).toMatchObject({ code: 0 });
      expect(out).toContain('✔ 1 up to date');
    }
  });
});

describe('two runs at once', () => {
  it('the second waits for the first and goes on with what that one made; or it is refused', async () => {
    const gate = 'cat "$PWD/../../../../gate" > out/x';
    const folder = projectWith({
      'pipeline.yaml': project({ one: stage(`echo > "$PWD/../../../../ready"; ${gate}`) }),
    });
    execFileSync('mkfifo', [join(folder, 'ready'), join(folder, 'gate')]);
    const first = execa(process.execPath, [cli, 'run'], { cwd: folder, reject: false });
    await execa('cat', [join(folder, 'ready')]);
    const refused = await pipeline(folder, 'run', '--no-wait');
    expect(refused.code).toBe(3);
    expect(refused.out).toMatch(
      /^error\[infrastructure\/locked\]: .*\n  hint: .*\n✖ nothing was started: 1 problem\n$/,
    );
    expect((await pipeline(folder, 'plan')).out).toContain('1 would run');
    const second = execa(process.execPath, [cli, 'run'], { cwd: folder, reject: false });
    const waiting = new Promise<string>((resolve) => {
      second.stdout.on('data', (text: Buffer) => {
        if (text.includes('waiting for')) resolve(text.toString());
      });
    });
    expect(await waiting).toContain(
      `waiting for another run in this project (process ${first.pid ?? 0} on ${hostname()}, since 2`,
    );
    execFileSync('sh', ['-c', 'echo open > gate'], { cwd: folder });
    expect((await first).exitCode).toBe(0);
    const { exitCode, stdout } = await second;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✔ 1 up to date');
  });
});

describe('plan, why, status, logs', () => {
  const folding = (value: number) =>
    project({
      one: `{kind: shell, with: {command: 'echo $PE > out/x', outputs: [x], env: {PE: '${value}'}}}`,
    });

  it('show what would run, why it ran, its outcome and its output', async () => {
    const folder = projectWith({ 'pipeline.yaml': folding(8) });
    expect((await pipeline(folder, 'status')).out).toBe('nothing has run here yet\n');
    expect((await pipeline(folder, 'why', 'one')).out).toBe('one would run: first time\n');
    await pipeline(folder, 'run');
    expect((await pipeline(folder, 'why', 'one')).out).toBe(
      'one is up to date; there is no earlier run to compare with\n',
    );
    const changed = projectWith({ 'pipeline.yaml': folding(16) });
    execFileSync('cp', ['-r', join(folder, '.pipeline'), changed]);
    expect((await pipeline(changed, 'plan')).out).toBe(
      'one  would run  run.env.PE 8 → 16\n1 would run, 0 may run, 0 up to date\n',
    );
    expect((await pipeline(changed, 'why', 'one')).out).toBe('one would run:\n  run.env.PE 8 → 16\n');
    await pipeline(changed, 'run');
    expect((await pipeline(changed, 'why', 'one')).out).toBe(
      'one is up to date; compared with its previous run:\n  run.env.PE 8 → 16\n',
    );
    expect((await pipeline(changed, 'status')).out).toMatch(/^run of .*: ok in .*\none +ok +\d/);
    expect(await pipeline(changed, 'logs', 'one')).toMatchObject({ code: 0, out: '' });
    expect(await pipeline(changed, 'logs', 'two')).toMatchObject({ code: 2 });
    expect(await pipeline(changed, 'why', 'two')).toMatchObject({ code: 2 });
  });

  it('show the log of a failure, and of a result from the cache', async () => {
    const folder = projectWith({
      'pipeline.yaml': project({
        bad: stage('echo because; exit 1'),
        good: stage('echo fine; echo > out/x'),
      }),
    });
    await pipeline(folder, 'run');
    await pipeline(folder, 'run');
    expect((await pipeline(folder, 'logs', 'bad')).out).toBe('because\n');
    expect((await pipeline(folder, 'logs', 'good')).out).toBe('fine\n');
  });
});

it.each([
  ['--help'],
  ['run', '--help'],
  ['plan', '--help'],
  ['why', '--help'],
  ['status', '--help'],
  ['logs', '--help'],
])('pipeline %s %s explains itself', async (...args) => {
  const { code, out } = await pipeline(projectWith({}), ...args);
  expect(code).toBe(0);
  expect(out).toContain('Usage: pipeline');
});
