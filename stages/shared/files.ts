import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a JSON file into a folder of out/, which is created. */
export async function writeJson(directory: string, name: string, value: unknown): Promise<void> {
  await writeInto(directory, name, `${JSON.stringify(value, null, 2)}\n`);
}

/** Writes a file into a folder of out/, which is created; a large one in chunks. */
export async function writeInto(
  directory: string,
  name: string,
  contents: string | readonly Uint8Array[],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), contents);
}
