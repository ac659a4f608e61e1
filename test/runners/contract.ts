import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Exit, Job, Runner } from '../../core/contracts/types.ts';
import { newAttempt } from '../rig/attempt.ts';
import { temporaryFolder } from '../rig/project.ts';

/** Jobs that every runner must be able to run, in its own form. */
export interface RunnerRig {
  readonly open: () => Runner;
  /** Prints `one` and `two` on lines of their own and succeeds. */
  readonly talks: Pick<Job, 'run' | 'params'>;
  readonly fails: Pick<Job, 'run' | 'params'>;
  /** Prints `started` and never ends by itself. */
  readonly hangs: Pick<Job, 'run' | 'params'>;
  /** Whether it runs processes; else only works. */
  readonly isForProcesses: boolean;
  readonly succeeded: (exit: Exit) => boolean;
  readonly failed: (exit: Exit) => boolean;
}

/** The requirements on every runner; each runner's test registers itself here. */
export function runnerContract(name: string, rig: RunnerRig): void {
  const job = (what: Pick<Job, 'run' | 'params'>, more: Partial<Job> = {}): Job => {
    const directory = temporaryFolder();
    for (const folder of ['in', 'out']) mkdirSync(join(directory, folder));
    return { label: 'test', attempt: newAttempt(), directory, ...what, ...more };
  };
  const collect = async (runner: Runner, what: Job) => {
    let output = '';
    const handle = await runner.submit(what);
    const exit = await runner.wait(handle, (text) => (output += text));
    return { exit, output, handle };
  };

  describe(`runner contract: ${name}`, () => {
    it('runs a job, passes on its output, and names itself in a JSON handle', async () => {
      const { exit, output, handle } = await collect(rig.open(), job(rig.talks));
      expect(rig.succeeded(exit)).toBe(true);
      expect(output).toBe('one\ntwo\n');
      expect(JSON.parse(JSON.stringify(handle))).toEqual(handle);
    });

    it('keeps output that came before anything listened', async () => {
      const runner = rig.open();
      const handle = await runner.submit(job(rig.talks));
      await new Promise(setImmediate);
      let output = '';
      await runner.wait(handle, (text) => (output += text));
      expect(output).toBe('one\ntwo\n');
    });

    it('reports a failure', async () => {
      expect(rig.failed((await collect(rig.open(), job(rig.fails))).exit)).toBe(true);
    });

    it('ends a job that takes too long', async () => {
      const { exit } = await collect(rig.open(), job(rig.hangs, { timeoutSeconds: 0.2 }));
      expect(exit).toEqual({ type: 'timed-out', seconds: 0.2 });
    });

    it('ends a job that is cancelled', async () => {
      const runner = rig.open();
      const handle = await runner.submit(job(rig.hangs));
      const exit = await new Promise<Exit>((resolve, reject) => {
        runner
          .wait(handle, (text) => {
            if (text.includes('started')) void runner.cancel(handle);
          })
          .then(resolve, reject);
      });
      expect(exit).toEqual({ type: 'cancelled' });
    });

    if (rig.isForProcesses)
      it('gives a process its tools, and nothing of our own environment', async () => {
        const tools = temporaryFolder();
        writeFileSync(join(tools, 'hello'), '#!/bin/sh\nenv\n', { mode: 0o755 });
        const run = { type: 'process', argv: ['tool'], env: { OWN: 'spec' } } as const;
        const surroundings = {
          programs: { tool: join(tools, 'hello') },
          path: [tools],
          env: { TOOL: 'here' },
        };
        const { output } = await collect(rig.open(), job({ run, params: {} }, { surroundings }));
        const found = new Map(output.split('\n').map((line) => line.split('=') as [string, string]));
        expect(found.get('OWN')).toBe('spec');
        expect(found.get('TOOL')).toBe('here');
        expect(found.get('PATH')?.split(':')[0]).toBe(tools);
        expect([...found.keys()]).not.toContain('VITEST');
      });

    if (rig.isForProcesses)
      it('ends a job that another program submitted, and everything it started', async () => {
        const runner = rig.open();
        const hanging = job(rig.hangs);
        const handle = await runner.submit(hanging);
        const started = new Promise<void>((resolve) => {
          void runner.wait(handle, (text) => {
            if (text.includes('started')) resolve();
          });
        });
        await started;
        const ended = runner.wait(handle, () => undefined);
        expect(await rig.open().recover(handle.attempt, hanging.directory)).toEqual({ type: 'ended' });
        // The runner that has it sees it end: nothing of it runs any more.
        expect((await ended).type).not.toBe('lost');
      });

    it('runs several jobs at once', async () => {
      const runner = rig.open();
      const all = await Promise.all([1, 2, 3, 4].map(() => collect(runner, job(rig.talks))));
      expect(all.map(({ output }) => output)).toEqual(Array(4).fill('one\ntwo\n'));
    });

    it('runs one job after another', async () => {
      const runner = rig.open();
      for (let at = 0; at < 3; at++)
        expect((await collect(runner, job(rig.talks))).output).toBe('one\ntwo\n');
    });

    it('reports an unknown handle', async () => {
      const { handle } = await collect(rig.open(), job(rig.talks));
      expect(await rig.open().wait(handle, () => undefined)).toMatchObject({ type: 'lost' });
    });
  });
}
