import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { Job, ProcessRun, Surroundings } from '../../core/contracts/types.ts';
import { scriptOf } from '../../runners/script.ts';
import { temporaryFolder } from '../rig/project.ts';

const path = process.env['PATH'] ?? '';
const odd = ['', ' ', "it's", '"$HOME" `id` $(id)', '-n', 'a\nb', '*', '\\', '!', '#', 'é', '~', "''"];

/** Runs the script of a job after its folder was moved, as a failed attempt is. */
async function repeated(
  { argv, env }: Pick<ProcessRun, 'argv' | 'env'>,
  args: readonly string[] = [],
  surroundings: Partial<Surroundings> = {},
) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'work', 'job'), { recursive: true });
  const directory = join(folder, 'work', 'job');
  const process: ProcessRun = { type: 'process', argv, env };
  const job: Job = {
    label: 'one',
    attempt: '0123456789abcdef0123456789abcdef',
    directory,
    run: process,
    params: {},
    cores: 3,
    surroundings: { programs: {}, path: [], env: {}, ...surroundings },
  };
  writeFileSync(join(folder, 'work', 'run.sh'), scriptOf(job, process, path), { mode: 0o700 });
  const kept = join(folder, "failed it's");
  renameSync(join(folder, 'work'), kept);
  const { stdout, exitCode } = await execa(join(kept, 'run.sh'), args, {
    reject: false,
    env: { LEAKS: '1' },
  });
  return { stdout, exitCode, kept };
}

const show: readonly string[] = [
  'node',
  '-e',
  'console.log(JSON.stringify([process.argv.slice(1), process.env, process.cwd()]))',
  '--',
];

describe('the script of a job', () => {
  it('passes every argument and every variable as it is, and nothing else', async () => {
    const env = Object.fromEntries(odd.map((value, index) => [`V${index}`, value]));
    const { stdout, kept } = await repeated({ argv: [...show, ...odd], env });
    const [args, seen, cwd] = JSON.parse(stdout) as [string[], Record<string, string>, string];
    const job = join(kept, 'job');
    expect(args).toEqual(odd);
    expect(cwd).toBe(job);
    expect(seen).toEqual({
      ...env,
      LANG: 'C.UTF-8',
      HOME: job,
      TMPDIR: join(job, 'tmp'),
      PATH: path,
      PIPELINE_CORES: '3',
    });
  });

  it('runs another command in the same surroundings, if it is given one', async () => {
    const { stdout } = await repeated({ argv: ['false'], env: { A: "x y'z" } }, [
      'sh',
      '-c',
      'echo "$A $1"',
      'sh',
      "it's",
    ]);
    expect(stdout).toBe("x y'z it's");
  });

  it('ends as the command does', async () => {
    expect((await repeated({ argv: ['sh', '-c', 'exit 7'], env: {} })).exitCode).toBe(7);
  });

  it('starts programs in odd places, and finds those of the tools first', async () => {
    const tools = temporaryFolder();
    const program = join(tools, "a=b it's");
    writeFileSync(program, '#!/bin/sh\necho "ran $1"\n');
    chmodSync(program, 0o755);
    writeFileSync(join(tools, 'false'), '#!/bin/sh\necho ours\n', { mode: 0o755 });
    const own = await repeated({ argv: ['tool', 'x'], env: {} }, [], { programs: { tool: program } });
    expect(own.stdout).toBe('ran x');
    expect((await repeated({ argv: ['false'], env: {} }, [], { path: [tools] })).stdout).toBe('ours');
  });

  it('runs in a container what ran in one, with the folder where it is now', async () => {
    const bin = temporaryFolder();
    const engine = join(bin, 'docker');
    writeFileSync(engine, '#!/bin/sh\nfor word; do printf "%s\\n" "$word"; done\n', { mode: 0o755 });
    const { stdout, kept } = await repeated({ argv: ['make', "it's"], env: {} }, [], {
      container: { engine, image: 'image:1', folders: ['/tools'] } as unknown as Surroundings['container'] &
        object,
    });
    const words = stdout.split('\n');
    expect(words[0]).toBe('run');
    expect(words).toContain(`${join(kept, 'job')}:${join(kept, 'job')}`);
    expect(words).toContain('/tools:/tools:ro');
    expect(words.slice(-2)).toEqual(['make', "it's"]);
    expect(words).not.toContain('-it');
    expect(readFileSync(join(kept, 'run.sh'), 'utf8')).toContain('terminal=-it');
  });
});
