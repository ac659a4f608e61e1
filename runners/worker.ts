import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { longestTimer } from './timer.ts';
import type { BuiltinResult, Exit, Handle, Runner } from '../core/contracts/types.ts';
import type { JsonObject } from '../base/json.ts';

/** What the worker is sent for one builtin. */
export interface WorkerRequest {
  readonly name: string;
  readonly params: JsonObject;
  readonly inDir: string;
  readonly outDir: string;
  readonly world: JsonObject;
  readonly exitCode: number | null;
}

export type WorkerReply =
  | { readonly type: 'output'; readonly text: string }
  | { readonly type: 'result'; readonly result: BuiltinResult };

interface Running {
  readonly exit: Promise<Exit>;
  readonly listen: (onOutput: (text: string) => void) => void;
  readonly cancel: () => Promise<void>;
}

/** Runs builtins and effects in worker threads of this process; idle workers are kept, since starting one costs ~30 ms. */
export function workerRunner(script: URL): Runner & { readonly close: () => Promise<void> } {
  const idle: Worker[] = [];
  const jobs = new Map<number, Running>();
  let next = 0;
  return {
    name: 'worker',
    async submit(job) {
      if (job.run.type === 'process') throw new Error('the worker runner runs builtins, not processes');
      const worker = idle.pop() ?? started(script, idle);
      const held: string[] = [];
      let listener = (text: string): void => void held.push(text);
      let ending: Exit | null = null;
      const stop = async (reason: Exit): Promise<void> => {
        ending ??= reason;
        await worker.terminate();
      };
      const { timeoutSeconds, params } = job;
      const timeout =
        timeoutSeconds === undefined
          ? null
          : setTimeout(
              () => void stop({ type: 'timed-out', seconds: timeoutSeconds }),
              Math.min(timeoutSeconds * 1000, longestTimer),
            );
      const exit = new Promise<Exit>((resolve) => {
        const settle = (outcome: Exit) => {
          if (timeout !== null) clearTimeout(timeout);
          worker.off('message', onMessage).off('error', onError).off('exit', onExit);
          resolve(outcome);
        };
        const onMessage = (reply: WorkerReply) => {
          if (reply.type === 'output') {
            listener(reply.text);
            return;
          }
          settle(ending ?? { type: 'finished', result: reply.result });
          // A worker that is being ended takes no further job.
          if (ending !== null) return;
          worker.unref();
          idle.push(worker);
        };
        const onError = (error: unknown) => {
          settle(ending ?? { type: 'finished', result: { ok: false, diagnostics: [bug(error)] } });
        };
        const onExit = () => {
          settle(ending ?? { type: 'lost', reason: 'the worker ended without an answer' });
        };
        worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      });
      const id = next++;
      jobs.set(id, {
        exit,
        listen(onOutput) {
          held.splice(0).forEach(onOutput);
          listener = onOutput;
        },
        cancel: () => stop({ type: 'cancelled' }),
      });
      worker.ref();
      const request: WorkerRequest = {
        name: job.run.name,
        params,
        inDir: join(job.directory, 'in'),
        outDir: join(job.directory, 'out'),
        world: job.world ?? {},
        exitCode: job.exitCode ?? null,
      };
      worker.postMessage(request);
      return { runner: 'worker', id };
    },
    async wait(handle, onOutput) {
      const job = jobs.get(idOf(handle));
      if (job === undefined)
        return { type: 'lost', reason: 'the builtin ended with the program that ran it' };
      job.listen(onOutput);
      const exit = await job.exit;
      jobs.delete(idOf(handle));
      return exit;
    },
    async cancel(handle) {
      await jobs.get(idOf(handle))?.cancel();
    },
    // A worker thread never outlives its process.
    reap: () => Promise.resolve(),
    async close() {
      await Promise.all(idle.splice(0).map((worker) => worker.terminate()));
    },
  };
}

/** A worker that, should it end while idle, is not offered again. */
function started(script: URL, idle: Worker[]): Worker {
  const worker = new Worker(script);
  worker.on('error', () => undefined);
  worker.on('exit', () => {
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
  });
  return worker;
}

function idOf(handle: Handle): number {
  return handle['id'] as number;
}

function bug(error: unknown) {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'internal/bug',
    severity: 'error',
    message: `finn-pipeline itself failed: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'please report this with the lines below',
    detail,
  } as const;
}
