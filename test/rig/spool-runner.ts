import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../../base/diagnostic.ts';
import { findingByToken } from '../../base/job-processes.ts';
import { endProcesses } from '../../base/processes.ts';
import { failure } from '../../base/result.ts';
import type { Exit, Runner } from '../../core/contracts/types.ts';
import { commandOf } from '../../runners/command.ts';
import { createJobs } from '../../runners/jobs.ts';

/**
 * A second kind of runner, built like one for a scheduler: a job is identified by a folder of a spool that any process can
 * read, and runs under a process that outlives the one that submitted it. Its output is read after it has ended.
 */
export function spoolRunner(spool: string): Runner {
  const jobs = createJobs();
  return {
    name: 'spool',
    submit(job) {
      if (job.run.type !== 'process') throw new Error('the spool runs processes');
      const folder = join(spool, job.attempt);
      mkdirSync(folder, { recursive: true });
      const script =
        '"$@" > "$SPOOL/log" 2>&1; echo $? > "$SPOOL/code.part"; mv "$SPOOL/code.part" "$SPOOL/code"';
      const command = commandOf(job, job.run, process.env['PATH'] ?? '');
      const child = spawn('sh', ['-c', script, 'sh', command.program, ...command.arguments], {
        cwd: job.directory,
        env: { ...command.env, SPOOL: folder },
        stdio: 'ignore',
        detached: true,
      });
      const end = async (): Promise<void> => {
        await endProcesses(findingByToken(job.attempt));
      };
      const running = jobs.add(job.attempt, end, job.timeoutSeconds);
      const log = () => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : '');
      let printed = 0;
      const read = (): void => {
        const text = log();
        if (text.length > printed) running.print(text.slice(printed));
        printed = text.length;
      };
      const watcher = watch(folder, read);
      // What was printed before the watch began.
      read();
      child.once('close', () => {
        watcher.close();
        read();
        void end().then(() => {
          running.settle(exitIn(folder));
        });
      });
      return Promise.resolve({ runner: 'spool', attempt: job.attempt });
    },
    wait: jobs.wait,
    cancel: jobs.cancel,
    async recover(attempt) {
      await endProcesses(findingByToken(attempt));
      return { type: 'ended' };
    },
  };
}

const usage = { cpuMilliseconds: null, peakBytes: null };

function exitIn(folder: string): Exit {
  const path = join(folder, 'code');
  if (existsSync(path)) return { type: 'exited', code: Number(readFileSync(path, 'utf8')), usage };
  return { type: 'finished', result: failure(problem('test/no-code', 'the job left no exit code')) };
}
