import { parentPort } from 'node:worker_threads';
import { builtins } from '../stages/works.ts';
import type { WorkerReply, WorkerRequest } from '../runners/worker.ts';

const port = parentPort!;
const reply = (message: WorkerReply): void => {
  port.postMessage(message);
};

port.on('message', (request: WorkerRequest) => {
  // A rejection is a bug: left unhandled it ends the worker, and the runner reports it with its stack.
  void (async () => {
    const load = builtins[request.name];
    if (load === undefined) throw new Error(`there is no builtin "${request.name}"`);
    const builtin = await load();
    const { params, inDir, outDir, world, exitCode } = request;
    const log = (line: string): void => {
      reply({ type: 'output', text: `${line}\n` });
    };
    reply({ type: 'result', result: await builtin({ params, inDir, outDir, world, exitCode, log }) });
  })();
});
