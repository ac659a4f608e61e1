import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/** A running FINN; see finn_session.py for what can be asked. */
export interface FinnSession {
  /** The answer to one question; questions are answered in order. Rejects where FINN could not deal with it. */
  readonly ask: <T>(question: { readonly do: string; readonly [argument: string]: unknown }) => Promise<T>;
  readonly end: () => Promise<void>;
}

type Reply<T> = { readonly answer: T } | { readonly problem: string };

/** Starts FINN in a Python that has it; `directory` is for what FINN leaves behind. */
export async function startFinn(python: string, directory: string): Promise<FinnSession> {
  const child = spawnFinn(python, 'finn_session.py', directory);
  await once(child, 'spawn');
  const closed = once(child, 'close');
  // A question to a FINN that has ended is told of where its answer is read.
  child.stdin.on('error', () => undefined);
  let noise = '';
  child.stderr.on('data', (part: Buffer) => (noise = (noise + part.toString()).slice(-4000)));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const line = await lines.next();
    if (line.done === true) {
      await closed;
      throw new Error(`FINN ended:\n${noise}`);
    }
    const reply = JSON.parse(line.value) as Reply<T>;
    if ('problem' in reply) throw new Error(reply.problem);
    return reply.answer;
  };
  await next();
  return {
    ask: (question) => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return next();
    },
    end: async () => {
      child.stdin.end();
      await closed;
    },
  };
}

/** What a script of FINN's answers to all questions at once, as JSON; `directory` is for what FINN leaves behind. */
export async function askFinn<T>(
  python: string,
  script: string,
  directory: string,
  questions: unknown,
): Promise<T> {
  const child = spawnFinn(python, script, directory);
  child.stdin.end(JSON.stringify(questions));
  const [answer, noise] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0 || answer === '') throw new Error(`FINN ended:\n${noise.slice(-4000)}`);
  return JSON.parse(answer) as T;
}

function spawnFinn(python: string, script: string, directory: string) {
  return spawn(python, [join(import.meta.dirname, script)], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: directory,
      TMPDIR: directory,
      FINN_BUILD_DIR: directory,
      PYTHONDONTWRITEBYTECODE: '1',
      // The matrices are small, and the rounding of a sum must not depend on the number of cores.
      OMP_NUM_THREADS: '1',
    },
  });
}
