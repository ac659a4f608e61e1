import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Builtin, BuiltinResult } from '../../core/contracts/types.ts';
import type { JsonObject } from '../../base/json.ts';

/** A work directory with these files under `in/`, and what a builtin makes of it. */
export async function runStage(
  builtin: Builtin,
  directory: string,
  inputs: { readonly [path: string]: string | Uint8Array },
  {
    params = {},
    world = {},
    exitCode = null,
  }: { readonly params?: JsonObject; readonly world?: JsonObject; readonly exitCode?: number | null } = {},
): Promise<{ readonly result: BuiltinResult; readonly out: string; readonly log: readonly string[] }> {
  const [inDir, out] = [join(directory, 'in'), join(directory, 'out')];
  const log: string[] = [];
  await mkdir(out, { recursive: true });
  for (const [path, contents] of Object.entries(inputs)) {
    await mkdir(dirname(join(inDir, path)), { recursive: true });
    await writeFile(join(inDir, path), contents);
  }
  const result = await builtin({
    params,
    world,
    exitCode,
    inDir,
    outDir: out,
    log: (line) => log.push(line),
  });
  return { result, out, log };
}
