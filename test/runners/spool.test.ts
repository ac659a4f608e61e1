import { join } from 'node:path';
import type { Job } from '../../core/contracts/types.ts';
import { temporaryFolder } from '../rig/project.ts';
import { spoolRunner } from '../rig/spool-runner.ts';
import { runnerContract } from './contract.ts';

const shell = (command: string): Pick<Job, 'run' | 'params'> => ({
  run: { type: 'process', argv: ['sh', '-c', command], env: {} },
  params: {},
});

runnerContract('spool', {
  open: () => spoolRunner(join(temporaryFolder(), 'spool')),
  talks: shell('echo one; echo two >&2'),
  fails: shell('exit 3'),
  hangs: shell('echo started; while :; do sleep 60; done'),
  isForProcesses: true,
  succeeded: (exit) => exit.type === 'exited' && exit.code === 0,
  failed: (exit) => exit.type === 'exited' && exit.code === 3,
});
