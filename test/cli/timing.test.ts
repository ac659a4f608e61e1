import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { pipeline } from '../rig/command.ts';
import { temporaryFolder } from '../rig/project.ts';

const example = join(import.meta.dirname, '..', '..', 'examples', 'tfc-w2a2');
let project: string;
beforeEach(() => {
  project = temporaryFolder();
  cpSync(example, project, { recursive: true, filter: (path) => !path.includes('.pipeline') });
});

describe('pipeline timing', () => {
  it('simulates the submodels of the only build, and shows them by the names that the user knows', async () => {
    const { code, out, error } = await pipeline(project, 'timing');
    expect(code, error).toBe(0);
    expect(error).toContain('split, build.timing are not up to date and run first');
    const lines = out.split('\n');
    expect(lines).toContain('build: for zedboard at 100 MHz');
    expect(out).toMatch(/^submodel 0 {2}interval 784 cycles \(127551 img\/s\), latency \d+\.\d\d µs$/m);
    expect(out).toMatch(/^ {2}layer +cycles {2}no word {2}no room {2}FIFO {2}fullest$/m);
    expect(out).toMatch(/^▸ Reshape_rtl_0 +784 +\d+ % +\d+ % +33 +2$/m);
    // In the second submodel it is the first of its kind.
    expect(out).toMatch(/^. MVAU_hls_1 ~ +64 /m);
    expect(out).toContain('fold Reshape_rtl_0 for more: it is busy for 784 of 784 cycles');
    expect(out).toContain('~: HLS, by its documented schedule');
  });

  it('runs nothing the second time, and prints JSON', async () => {
    await pipeline(project, 'timing');
    const { code, out, error } = await pipeline(project, 'timing', 'build', '--json');
    expect(code).toBe(0);
    expect(error).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      type: 'timing',
      stage: 'build',
      submodels: [
        { position: 0, report: { pace: { interval: 784 }, fifos: expect.any(Array) as unknown } },
        { position: 1, report: { assumed: ['MVAU_hls_1', 'MVAU_hls_2', 'MVAU_hls_3', 'LabelSelect_hls_0'] } },
      ],
    });
  });

  it.each([
    ['verify', 'usage/nothing-to-time'],
    ['biuld', 'usage/unknown-target'],
  ])('refuses %s', async (stage, expected) => {
    const { code, error } = await pipeline(project, 'timing', stage);
    expect(code).toBe(2);
    expect(error).toContain(expected);
  });

  it('refuses a pipeline that builds nothing', async () => {
    const path = join(project, 'pipeline.yaml');
    const [head] = readFileSync(path, 'utf8').split('  build:');
    writeFileSync(path, head!);
    const { code, error } = await pipeline(project, 'timing');
    expect(code).toBe(2);
    expect(error).toContain('usage/nothing-to-time');
  });
});
