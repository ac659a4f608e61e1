import { writeSync } from 'node:fs';
import { bestEffort } from '../../base/json-file.ts';
import type { Exit, Handle, Job, Runner } from '../contracts/types.ts';

export interface JobOptions {
  /** `finisher` runs the work that finishes a process. */
  readonly runners: { readonly own: Runner; readonly finisher: Runner };
  /** File descriptor for the output of the job. */
  readonly log: number;
  readonly onSubmitted: (handle: Handle) => void;
  readonly onOutput: (text: string) => void;
}

/** Runs a job to its end, and after a process its finisher, if any. */
export async function runJob(job: Job, options: JobOptions): Promise<Exit> {
  const exit = await follow(job, options.runners.own, options);
  const { run } = job;
  if (exit.type !== 'exited' || run.type !== 'process' || run.finish === undefined) return exit;
  const finisher: Job = { ...job, run: { type: 'builtin', name: run.finish }, exitCode: exit.code };
  const finished = await follow(finisher, options.runners.finisher, options);
  // A failed program stays failed, even if its finisher found nothing wrong.
  return finished.type === 'finished' && finished.result.ok && exit.code !== 0 ? exit : finished;
}

async function follow(job: Job, runner: Runner, options: JobOptions): Promise<Exit> {
  const handle = await runner.submit(job);
  options.onSubmitted(handle);
  return runner.wait(handle, (text) => {
    // Without space for its log an action may still finish.
    bestEffort(() => {
      writeSync(options.log, text);
    });
    options.onOutput(text);
  });
}
