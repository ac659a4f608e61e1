// Speaks the worker's protocol, with builtins that only the contract needs.
import { readFileSync, writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

const print = (text) => parentPort.postMessage({ type: 'output', text });

parentPort.on('message', ({ name }) => {
  if (name === 'hangs') {
    print('started\n');
    setInterval(() => undefined, 1000);
    return;
  }
  if (name === 'fails') throw new Error('a bug');
  // /dev/full is a disk without space.
  if (name === 'fills the disk') writeFileSync('/dev/full', 'text');
  if (name === 'reads a folder') readFileSync('/');
  print('one\n');
  print('two\n');
  parentPort.postMessage({ type: 'result', result: { ok: true } });
});
