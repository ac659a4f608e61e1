// Speaks the worker's protocol, with builtins that only the contract needs.
import { parentPort } from 'node:worker_threads';

const print = (text) => parentPort.postMessage({ type: 'output', text });

parentPort.on('message', ({ name }) => {
  if (name === 'hangs') {
    print('started\n');
    setInterval(() => undefined, 1000);
    return;
  }
  if (name === 'fails') throw new Error('a bug');
  print('one\n');
  print('two\n');
  parentPort.postMessage({ type: 'result', result: { ok: true } });
});
