import { writeSync } from 'node:fs';
import { bestEffort } from '../../base/json-file.ts';
import type { Exit, Handle, Job, Runner, Usage } from '../contracts/types.ts';

export interface JobOptions {
  /** `finisher` runs the work that finishes a process. */
  readonly runners: { readonly own: Runner; readonly finisher: Runner };
  /** File descriptor for the output of the job. */
  readonly log: number;
  readonly onSubmitted: (handle: Handle) => void;
  readonly onOutput: (text: string) => void;
}

/** How a job ended, and what its process used. */
export interface JobEnd {
  readonly exit: Exit;
  readonly usage: Usage;
}

/** Runs a job to its end, and after a process its finisher, if any. */
export async function runJob(job: Job, options: JobOptions): Promise<JobEnd> {
  const exit = await follow(job, options.runners.own, options);
  const { run } = job;
  if (exit.type !== 'exited') return { exit, usage: notMeasured };
  const { usage } = exit;
  if (run.type !== 'process' || run.finish === undefined) return { exit, usage };
  const finisher: Job = { ...job, run: { type: 'builtin', name: run.finish }, exitCode: exit.code };
  const finished = await follow(finisher, options.runners.finisher, options);
  // A failed program stays failed, even if its finisher found nothing wrong.
  const isFailed = finished.type === 'finished' && finished.result.ok && exit.code !== 0;
  return { exit: isFailed ? exit : finished, usage };
}

const notMeasured: Usage = { cpuMilliseconds: null, peakBytes: null };

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
