import { spawn } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { newToken, processesOfJob } from '../../base/job-processes.ts';
import { runningProcess } from '../../base/processes.ts';

it('finds what a job left that had ended before anyone looked', () => {
  const { pid } = spawn('sh', ['-c', 'env -i sleep 600 &'], { detached: true, stdio: 'ignore' });
  // Nothing but this loop runs, so the shell is not collected before the job is looked at.
  while (runningProcess(pid!) !== null);
  const left = processesOfJob(pid, newToken()).members();
  onTestFinished(() => {
    for (const each of left) process.kill(each, 'SIGKILL');
  });
  expect(left).toHaveLength(1);
});
