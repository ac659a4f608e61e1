import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { cli, pipeline } from '../rig/command.ts';
import { projectWith, temporaryFolder } from '../rig/project.ts';

const stages = (command: string): string => `version: 1
stages:
  good: {kind: shell, with: {command: echo fine > out/x, outputs: [x]}}
  bad:
    kind: shell
    with: {command: ${JSON.stringify(command)}, env: {A: "it's"}, outputs: [x]}
`;

/** A project in which `bad` has failed. */
async function failed(command: string): Promise<string> {
  const folder = projectWith({ 'pipeline.yaml': stages(command) });
  expect((await pipeline(folder, 'run')).code).toBe(1);
  return folder;
}

describe('the folder of a failed action', () => {
  it('holds run.sh, for its owner alone, which repeats it there', async () => {
    const folder = await failed('echo "$A in $PWD" $0; exit 4');
    const script = join(folder, '.pipeline/failed/bad/run.sh');
    expect(statSync(script).mode & 0o777).toBe(0o700);
    const { stdout, exitCode } = await execa(script, { reject: false });
    expect(stdout).toBe(`it's in ${folder}/.pipeline/failed/bad/job sh`);
    expect(exitCode).toBe(4);
  });

  it('holds one also if only its outputs were wrong', async () => {
    const folder = await failed('echo no output');
    const { stdout } = await execa(join(folder, '.pipeline/failed/bad/run.sh'));
    expect(stdout).toBe('no output');
  });

  it('runs the pipeline for what only that can do', async () => {
    const folder = projectWith({
      'pipeline.yaml': 'version: 1\nstages: {a: {kind: finn/preprocess, with: {model: model.onnx}}}\n',
      'model.onnx': 'no model',
    });
    expect((await pipeline(folder, 'run')).code).toBe(1);
    const bin = temporaryFolder();
    writeFileSync(join(bin, 'pipeline'), '#!/bin/sh\necho "$PWD: $@"\n');
    chmodSync(join(bin, 'pipeline'), 0o755);
    const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const script = join(folder, '.pipeline/failed/a/run.sh');
    expect((await execa(script, { env })).stdout).toBe(`${folder}: run a`);
    expect((await execa(script, ['pwd'], { env })).stdout).toBe(`${folder}/.pipeline/failed/a/job`);
  });
});

describe('pipeline open', () => {
  it('prints the folder if there is no terminal', async () => {
    const folder = await failed('exit 1');
    const { code, out } = await pipeline(folder, 'open', 'bad');
    expect(out).toBe(`${folder}/.pipeline/failed/bad/job\n`);
    expect(code).toBe(0);
  });

  it('refuses an action that has not failed, and names those that have', async () => {
    const folder = await failed('exit 1');
    const { code, error } = await pipeline(folder, 'open', 'good');
    expect(code).toBe(2);
    expect(error).toContain('error[usage/nothing-kept]');
    expect(error).toContain('hint: known: bad');
  });

  it('opens the Vivado project in the folder with the Vivado of the action', async () => {
    const folder = await failed('mkdir -p deep/er; touch deep/er/b.xpr deep/a.xpr; exit 1');
    expect((await pipeline(folder, 'open', 'bad', '--vivado')).code).toBe(1);
    const bin = temporaryFolder();
    writeFileSync(join(bin, 'vivado'), `#!/bin/sh\necho "$1 $PWD $A" > ${bin}/seen\n`, { mode: 0o755 });
    const script = join(folder, '.pipeline/failed/bad/run.sh');
    const own = readFileSync(script, 'utf8').replace("'PATH=", `'PATH=${bin}:`);
    writeFileSync(script, own);
    expect((await pipeline(folder, 'open', 'bad', '--vivado')).code).toBe(0);
    expect(readFileSync(join(bin, 'seen'), 'utf8')).toBe(
      `deep/a.xpr ${folder}/.pipeline/failed/bad/job it's\n`,
    );
  });

  it('refuses --vivado if there is no project', async () => {
    const folder = await failed('exit 1');
    expect((await pipeline(folder, 'open', 'bad', '--vivado')).error).toContain(
      'error[usage/no-vivado-project]',
    );
  });
});

async function untilRunning(folder: string): Promise<void> {
  while (!(await pipeline(folder, 'status')).out.includes('running'));
}

describe('pipeline logs', () => {
  it('shows what failed last, and says what that is, without an action', async () => {
    const folder = await failed('echo because; exit 3');
    const { code, out, error } = await pipeline(folder, 'logs');
    expect(out).toBe('because\n');
    expect(error).toMatch(/^bad failed at \d{4}-\d\d-\d\d \d\d:\d\d: it ended with exit code 3\n$/);
    expect(code).toBe(0);
  });

  it('says that nothing failed', async () => {
    const folder = projectWith({ 'pipeline.yaml': stages('echo > out/x') });
    expect((await pipeline(folder, 'logs')).error).toContain('nothing has run here yet');
    await pipeline(folder, 'run');
    const { code, error } = await pipeline(folder, 'logs');
    expect(error).toContain('error[usage/nothing-failed]: nothing failed in the last run');
    expect(code).toBe(2);
  });

  it('follows an action from before it starts to its end', async () => {
    const gates = temporaryFolder();
    const wait = (gate: string): string => `while [ ! -e ${gates}/${gate} ]; do sleep 0.02; done`;
    const folder = projectWith({
      'pipeline.yaml': `version: 1
stages:
  first: {kind: shell, with: {command: "${wait('first')}; echo > out/x", outputs: [x]}}
  second: {kind: shell, after: [first], with: {command: "echo one; ${wait('second')}; echo two; exit 1", outputs: [x]}}
`,
    });
    const run = execa(process.execPath, [cli, 'run'], { cwd: folder, reject: false });
    const isRunning = async (): Promise<boolean> =>
      (await pipeline(folder, 'status')).out.includes('running');
    while (!(await isRunning()));
    const logs = execa(process.execPath, [cli, 'logs', '-F', 'second'], { cwd: folder, reject: false });
    let seen = '';
    logs.stdout.on('data', (text: Buffer) => {
      seen += text.toString();
      if (seen === 'one\n') mkdirSync(join(gates, 'second'));
    });
    mkdirSync(join(gates, 'first'));
    expect((await logs).exitCode).toBe(0);
    expect((await logs).stdout).toBe('one\ntwo');
    expect((await run).exitCode).toBe(1);
    expect((await pipeline(folder, 'logs', 'second', '--follow')).out).toBe('one\ntwo\n');
  });

  it('ends quietly when it is interrupted', async () => {
    const folder = projectWith({
      'pipeline.yaml': stages('echo on; while [ ! -e in/none ]; do sleep 0.02; done'),
    });
    const run = execa(process.execPath, [cli, 'run', 'bad'], { cwd: folder, reject: false });
    await untilRunning(folder);
    const logs = execa(process.execPath, [cli, 'logs', '-F', 'bad'], { cwd: folder, reject: false });
    logs.stdout.once('data', () => logs.kill('SIGINT'));
    const { stdout, stderr, exitCode } = await logs;
    run.kill('SIGINT');
    await run;
    expect([stdout, stderr, exitCode]).toEqual(['on', '', 130]);
  });

  it('requires an action to follow', async () => {
    const folder = projectWith({ 'pipeline.yaml': stages('exit 1') });
    expect((await pipeline(folder, 'logs', '--follow')).error).toContain('error[usage/follow-what]');
  });
});
