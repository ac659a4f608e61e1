import { createInterface } from 'node:readline/promises';
import { isCi } from './terminal-support.ts';

/** Whether a person can be asked: both ends are a terminal, and not one that CI made. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && !isCi(process.env);
}

/** Asks a question on the terminal; anything but yes, including end of input, means no. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
