import { mkdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';

/** A FINN that remembers nothing of what others asked; see questions.py for what can be asked. */
export interface FinnSession {
  /** The answer to one question; questions are answered in order. Rejects where FINN could not deal with it. */
  readonly ask: <T>(question: Question) => Promise<T>;
  readonly end: () => void;
}

export interface Question {
  readonly do: string;
  readonly [argument: string]: unknown;
}

type Reply<T> = { readonly answer: T } | { readonly problem: string } | { readonly ended: number };

/** Starts to ask the FINN that all tests share; `directory` is for what FINN leaves behind. */
export async function startFinn(directory: string): Promise<FinnSession> {
  mkdirSync(directory, { recursive: true });
  const socket = connect(inject('finn').socket);
  await once(socket, 'connect');
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('the server of FINN has ended');
    return JSON.parse(line.value);
  };
  const send = (value: object): void => void socket.write(`${JSON.stringify(value)}\n`);
  send({ directory });
  await next();
  return {
    ask: async <T>(question: Question) => {
      send(question);
      const reply = (await next()) as Reply<T>;
      if ('answer' in reply) return reply.answer;
      if ('problem' in reply) throw new Error(reply.problem);
      const log = readFileSync(join(directory, 'finn.log'), 'utf8');
      throw new Error(`FINN ended with ${reply.ended}:\n${log.slice(-4000)}`);
    },
    end: () => void socket.destroy(),
  };
}

/** The answers to many questions, which FINN keeps its files for in `directory`. */
export async function askFinn<T>(
  directory: string,
  kind: string,
  questions: readonly object[],
): Promise<readonly T[]> {
  const finn = await startFinn(directory);
  try {
    const answers: T[] = [];
    for (const question of questions) answers.push(await finn.ask<T>({ ...question, do: kind }));
    return answers;
  } finally {
    finn.end();
  }
}
