import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { workerRunner } from '../../runners/worker.ts';
import { newAttempt } from '../rig/attempt.ts';
import { temporaryFolder } from '../rig/project.ts';
import { runnerContract } from './contract.ts';

const runners: { readonly close: () => Promise<void> }[] = [];
afterAll(async () => {
  for (const runner of runners) await runner.close();
});

function open() {
  const runner = workerRunner(new URL('./worker-script.mjs', import.meta.url));
  runners.push(runner);
  return runner;
}

runnerContract('worker', {
  open,
  talks: { run: { type: 'builtin', name: 'talks' }, params: {} },
  fails: { run: { type: 'builtin', name: 'fails' }, params: {} },
  hangs: { run: { type: 'builtin', name: 'hangs' }, params: {} },
  isForProcesses: false,
  succeeded: (exit) => exit.type === 'finished' && exit.result.ok,
  failed: (exit) =>
    exit.type === 'finished' && !exit.result.ok && exit.result.diagnostics[0]?.code === 'internal/bug',
});

it('runs a job in the worker that was started when it was expected', async () => {
  const threads = (): number => readdirSync('/proc/self/task').length;
  // Starts the threads that Node shares for files.
  await readFile(import.meta.filename);
  const runner = open();
  const before = threads();
  runner.expectJob?.();
  runner.expectJob?.();
  expect(threads()).toBe(before + 1);
  const run = { type: 'builtin', name: 'talks' } as const;
  const job = { label: 'test', attempt: newAttempt(), directory: temporaryFolder(), run, params: {} };
  const submitted = runner.submit(job);
  expect(threads()).toBe(before + 1);
  const handle = await submitted;
  expect(await runner.wait(handle, () => undefined)).toMatchObject({ type: 'finished' });
});

it.each([
  ['fills the disk', 'ENOSPC', /free some space/],
  ['reads a folder', 'EISDIR', /must be readable/],
])('an answer of the system is the machine’s, not a bug: a work that %s', async (name, code, hint) => {
  const runner = open();
  const handle = await runner.submit({
    label: 'test',
    attempt: newAttempt(),
    directory: temporaryFolder(),
    run: { type: 'builtin', name },
    params: {},
  });
  expect(await runner.wait(handle, () => undefined)).toMatchObject({
    type: 'lost',
    diagnostic: {
      code: 'infrastructure/disk',
      message: expect.stringContaining(code) as string,
      hint: expect.stringMatching(hint) as string,
    },
  });
});
