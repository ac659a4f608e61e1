import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../../base/refusal.ts';

/** The signal that ended Vivado, from the exit code that the shell makes of it; null if it ended by itself. */
export async function signalIn(raw: string): Promise<number | null> {
  const path = join(raw, 'exit-code.txt');
  const code = existsSync(path) ? Number(await readFile(path, 'utf8')) : 0;
  return code > 128 ? code - 128 : null;
}

/** Vivado's log; empty if there is none. */
export async function logIn(raw: string): Promise<string> {
  const path = join(raw, 'vivado.log');
  return existsSync(path) ? readFile(path, 'utf8') : '';
}

/** A file that Vivado must have left; refused with `code` if it is missing. */
export async function readLeft(raw: string, name: string, code: string): Promise<Buffer> {
  const path = join(raw, name);
  if (existsSync(path)) return readFile(path);
  throw new Refusal(
    code,
    `Vivado succeeded but left no ${name}`,
    'see the log; the work directory of the failed action is kept',
  );
}
