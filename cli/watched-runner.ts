import type { AttemptId, Job, Runner } from '../core/contracts/types.ts';

/** A runner that calls `onEnd` with the label and the work directory of each job once it has ended, and then says so. */
export function watchedRunner(runner: Runner, onEnd: (label: string, directory: string) => void): Runner {
  const jobs = new Map<AttemptId, Job>();
  return {
    ...runner,
    submit: (job) => {
      jobs.set(job.attempt, job);
      return runner.submit(job);
    },
    async wait(handle, onOutput) {
      const exit = await runner.wait(handle, onOutput);
      const job = jobs.get(handle.attempt);
      if (job !== undefined) onEnd(job.label, job.directory);
      jobs.delete(handle.attempt);
      return exit;
    },
  };
}
