import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Refusal } from '../../base/refusal.ts';
import type { Address } from '../client/connection.ts';
import { parseFields } from '../../base/fields.ts';
import type { ClusterKey } from '../keys.ts';
import { encodeKey } from '../keys.ts';

export interface EmulatedBoardProcess {
  readonly address: Address;
  readonly pid: number;
  /** Ends the process and resolves when it has ended. */
  readonly stop: () => Promise<void>;
}

export interface EmulatedBoardStart {
  /** Absolute path of the bundled boards/emulated/main.ts. */
  readonly script: string;
  readonly directory: string;
  readonly name: string;
  /** Name of the board type. */
  readonly type: string;
  readonly key: ClusterKey;
}

/** Starts an emulated board; refuses with `board/not-started`, and what it printed, if it does not listen within the deadline. */
export async function launchEmulatedBoard(
  { script, directory, name, type, key }: EmulatedBoardStart,
  deadlineSeconds: number,
): Promise<EmulatedBoardProcess> {
  const board = spawn(process.execPath, [script, '--directory', directory, '--name', name, '--type', type], {
    stdio: 'pipe',
    env: {},
  });
  // Without a process there may be no streams.
  await once(board, 'spawn');
  // Over a pipe, because anyone can read the arguments of a process. Errors of writing are ignored: a process that does not
  // read the key does not start, which is reported below.
  board.stdin.on('error', () => undefined).write(`${encodeKey(key)}\n`);
  let [printed, complaint] = ['', ''];
  board.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const gone = new Promise<void>((resolve) =>
    board.once('close', () => resolve()).once('error', () => resolve()),
  );
  const listening = new Promise<void>((resolve) => {
    board.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('\n')) resolve();
    });
  });

  const waiting = new AbortController();
  const deadline = setTimeout(deadlineSeconds * 1000, undefined, { signal: waiting.signal }).catch(
    () => undefined,
  );
  await Promise.race([listening, gone, deadline]);
  waiting.abort();
  if (!printed.includes('\n') || board.pid === undefined) {
    board.kill('SIGKILL');
    await gone;
    const reason = complaint.trim() === '' ? `no output within ${deadlineSeconds} s` : complaint.trim();
    throw new Refusal('board/not-started', `the emulated board ${name} did not start: ${reason}`);
  }
  return {
    address: {
      host: '127.0.0.1',
      port: parseFields(printed, `what ${name} printed`, 'board/not-started').count('port'),
    },
    pid: board.pid,
    stop: async () => {
      board.stdin.end();
      const patience = new AbortController();
      const impatient = setTimeout(5000, true, { signal: patience.signal }).catch(() => false);
      if ((await Promise.race([gone, impatient])) === true) board.kill('SIGKILL');
      patience.abort();
      await gone;
    },
  };
}
