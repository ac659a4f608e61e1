import { parentPort } from 'node:worker_threads';
import { defined } from '../base/defined.ts';
import type { Work } from '../core/contracts/types.ts';
import type { WorkerReply, WorkerRequest } from '../runners/worker.ts';
import { works } from '../stages/works.ts';

const port = defined(parentPort, 'this program runs as a worker thread');
const reply = (message: WorkerReply): void => {
  port.postMessage(message);
};

port.on('message', (request: WorkerRequest) => {
  // A rejection is a bug: left unhandled it ends the worker, and the runner reports it with its stack.
  void (async () => {
    const work = await workNamed(request.name);
    const { name: _name, ...job } = request;
    const log = (line: string): void => {
      reply({ type: 'output', text: `${line}\n` });
    };
    reply({ type: 'result', result: await work({ ...job, log, ...clocks }) });
  })();
});

const clocks = { now: () => Date.now(), elapsed: () => performance.now() };

/**
 * The work of this name, which takes the parameters that its stage gave it: `builtin` and `effect` of stages/define.ts
 * guarantee that.
 */
async function workNamed(name: string): Promise<Work> {
  if (!Object.hasOwn(works, name)) throw new Error(`there is no work "${name}"`);
  return (await works[name as keyof typeof works]()) as Work;
}
