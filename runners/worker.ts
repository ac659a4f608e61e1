import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { problem } from '../base/diagnostic.ts';
import type { JsonObject } from '../base/json.ts';
import { isMachineFailure, machineFailure } from '../base/machine-failure.ts';
import { failure } from '../base/result.ts';
import type { Exit, FileNames, Job, Runner, WorkResult } from '../core/contracts/types.ts';
import type { World } from '../core/contracts/world.ts';
import type { RunningJob } from './jobs.ts';
import { createJobs } from './jobs.ts';

/** The message to the worker for one job: the name of the work, and its parameters. */
export interface WorkerRequest {
  readonly name: string;
  readonly params: JsonObject;
  readonly inDir: string;
  readonly outDir: string;
  readonly world: World | null;
  readonly fileNames: FileNames;
  readonly exitCode: number | null;
}

export type WorkerReply =
  | { readonly type: 'output'; readonly text: string }
  | { readonly type: 'result'; readonly result: WorkResult };

/** Runs builtins and effects in worker threads of this process; idle workers are kept, since starting one costs ~30 ms. */
export function workerRunner(script: URL): Runner & { readonly close: () => Promise<void> } {
  const idle: Worker[] = [];
  const jobs = createJobs();
  return {
    name: 'worker',
    expectJob() {
      if (idle.length === 0) idle.push(started(script, idle));
    },
    submit: (job) => {
      const request = requestOf(job);
      const worker = idle.pop() ?? started(script, idle);
      const running = jobs.add(
        job.attempt,
        async () => {
          await worker.terminate();
        },
        job.timeoutSeconds,
      );
      follow(worker, running, idle);
      worker.ref();
      worker.postMessage(request);
      return Promise.resolve({ runner: 'worker', attempt: job.attempt });
    },
    wait: jobs.wait,
    cancel: jobs.cancel,
    // A worker thread never outlives its process.
    recover: () => Promise.resolve({ type: 'ended' }),
    async close() {
      await Promise.all(idle.splice(0).map((worker) => worker.terminate()));
    },
  };
}

function requestOf({ run, params, directory, world, fileNames, exitCode }: Job): WorkerRequest {
  if (run.type === 'process') throw new Error('the worker runner runs builtins, not processes');
  const [inDir, outDir] = [join(directory, 'in'), join(directory, 'out')];
  return {
    name: run.name,
    params,
    inDir,
    outDir,
    world: world ?? null,
    fileNames: fileNames ?? {},
    exitCode: exitCode ?? null,
  };
}

/** Passes on the output of a job and how it ended; a worker that answered takes the next one. */
function follow(worker: Worker, job: RunningJob, idle: Worker[]): void {
  const settle = (exit: Exit): void => {
    worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    job.settle(exit);
  };
  const onMessage = (reply: WorkerReply): void => {
    if (reply.type === 'output') {
      job.print(reply.text);
      return;
    }
    settle({ type: 'finished', result: reply.result });
    // A worker that is being ended takes no more jobs.
    if (job.ending() !== null) return;
    worker.unref();
    idle.push(worker);
  };
  const onError = (error: unknown): void => {
    settle(
      isMachineFailure(error)
        ? { type: 'lost', diagnostic: machineFailure(error) }
        : { type: 'finished', result: failure(bug(error)) },
    );
  };
  const onExit = (): void => {
    const diagnostic = problem('infrastructure/lost', 'the worker ended without an answer');
    settle({ type: 'lost', diagnostic });
  };
  worker.on('message', onMessage).on('error', onError).on('exit', onExit);
}

/** A worker that is not offered again if it ends while idle. */
function started(script: URL, idle: Worker[]): Worker {
  const worker = new Worker(script);
  // Only a job keeps the process.
  worker.unref();
  worker.on('error', () => undefined);
  worker.on('exit', () => {
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
  });
  return worker;
}

function bug(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return problem('internal/bug', `finn-pipeline itself failed: ${message}`, {
    hint: 'please report this with the lines below',
    detail: error instanceof Error ? (error.stack ?? message) : message,
  });
}
