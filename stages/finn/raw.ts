import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../base/refusal.ts';
import type { Log } from '../../vivado/log.ts';

/** The signal that ended Vivado, from the exit code that the shell makes of it; null if it ended by itself. */
export async function signalIn(raw: string): Promise<number | null> {
  const code = (await numberIn(raw, 'exit-code.txt')) ?? 0;
  // A program that ends with -1 has 255 as its exit code, which is that of no signal.
  return code > 128 && code <= 128 + lastSignal ? code - 128 : null;
}

/** The free space of the disk after Vivado ended, in bytes; null if it was not noted. */
export async function freeSpaceIn(raw: string): Promise<number | null> {
  const kilobytes = await numberIn(raw, 'free-kilobytes.txt');
  return kilobytes === null ? null : kilobytes * 1024;
}

/** The logs of the runs by name, followed by Vivado's own, which says little about them; empty if there is none. */
export async function logsIn(raw: string): Promise<readonly Log[]> {
  const folder = join(raw, 'runs');
  const names = existsSync(folder) ? (await readdir(folder)).sort() : [];
  const runs = names.map((name) => [name.replace(/\.log$/, ''), join(folder, name)] as const);
  const found = [...runs, ['vivado', join(raw, 'vivado.log')] as const].filter(([, path]) =>
    existsSync(path),
  );
  return Promise.all(found.map(async ([name, path]) => ({ name, text: await readFile(path, 'utf8') })));
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

/** SIGRTMAX of Linux. */
const lastSignal = 64;

async function numberIn(raw: string, name: string): Promise<number | null> {
  const path = join(raw, name);
  const text = existsSync(path) ? (await readFile(path, 'utf8')).trim() : '';
  return /^\d+$/.test(text) ? Number(text) : null;
}
