import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JsonObject } from '../../base/json.ts';
import type { Failure } from '../../base/result.ts';
import type { World } from '../../core/contracts/world.ts';
import type { FileNames, Work, WorkReport, WorkResult } from '../../core/contracts/types.ts';

/** The report of a work that succeeded. */
export type Outcome = ({ readonly ok: true } & WorkReport) | Failure;

export function outcomeOf(result: WorkResult): Outcome {
  return result.ok ? { ok: true, ...result.value } : result;
}

/** A work directory with these files under `in/`, and the outcome of a work on it. */
export async function runStage(
  work: Work<never>,
  directory: string,
  inputs: { readonly [path: string]: string | Uint8Array },
  {
    params = {},
    world = {},
    exitCode = null,
    fileNames = {},
  }: {
    readonly params?: JsonObject;
    readonly world?: JsonObject;
    readonly exitCode?: number | null;
    readonly fileNames?: FileNames;
  } = {},
): Promise<{ readonly result: Outcome; readonly out: string; readonly log: readonly string[] }> {
  const [inDir, out] = [join(directory, 'in'), join(directory, 'out')];
  const log: string[] = [];
  await mkdir(out, { recursive: true });
  for (const [path, contents] of Object.entries(inputs)) {
    await mkdir(dirname(join(inDir, path)), { recursive: true });
    await writeFile(join(inDir, path), contents);
  }
  const result = await (work as Work)({
    params,
    world: world as unknown as World,
    exitCode,
    fileNames,
    inDir,
    outDir: out,
    log: (line) => log.push(line),
    now: () => Date.now(),
    elapsed: () => performance.now(),
  });
  return { result: outcomeOf(result), out, log };
}
