import { afterAll } from 'vitest';
import { workerRunner } from '../../runners/worker.ts';
import { runnerContract } from './contract.ts';

const runners: { readonly close: () => Promise<void> }[] = [];
afterAll(async () => {
  for (const runner of runners) await runner.close();
});

runnerContract('worker', {
  open() {
    const runner = workerRunner(new URL('./worker-script.mjs', import.meta.url));
    runners.push(runner);
    return runner;
  },
  talks: { run: { type: 'builtin', name: 'talks' }, params: {} },
  fails: { run: { type: 'builtin', name: 'fails' }, params: {} },
  hangs: { run: { type: 'builtin', name: 'hangs' }, params: {} },
  isForProcesses: false,
  succeeded: (exit) => exit.type === 'finished' && exit.result.ok,
  failed: (exit) =>
    exit.type === 'finished' && !exit.result.ok && exit.result.diagnostics[0]?.code === 'internal/bug',
});
