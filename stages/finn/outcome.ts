import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkJob, WorkResult } from '../../core/contracts/types.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem, warning } from '../../base/diagnostic.ts';
import { failure, success } from '../../base/result.ts';
import { refusing } from '../shared/refusing.ts';

/** Versions of the tools involved, by names such as `finn-plus` and `vivado`. */
export type ToolVersions = { readonly [tool: string]: string };

/** The report of a script of templates/ in `out/outcome.json`. */
export type Outcome =
  | {
      readonly ok: true;
      readonly versions: ToolVersions;
      readonly warnings?: readonly Omit<Diagnostic, 'severity'>[];
    }
  | ({ readonly ok: false } & Omit<Diagnostic, 'severity' | 'place'>);

/**
 * Finishes a script of templates/. After a failure it returns the script's own message, or the one that `explain` finds in
 * its output; otherwise what `body` makes of the output, given the versions of the tools. A script that failed without a
 * message is reported by its exit code and the end of its log.
 */
export function finishing(
  { outDir, exitCode }: Pick<WorkJob, 'outDir' | 'exitCode'>,
  body: (versions: ToolVersions) => Promise<WorkResult>,
  explain: () => Promise<Diagnostic | null> = () => Promise.resolve(null),
): Promise<WorkResult> {
  return refusing(async () => {
    const outcome = await readOutcome(outDir);
    if (outcome?.ok === false) return failure(problem(outcome.code, outcome.message, outcome));
    if (exitCode === 0) return reported(await body(outcome?.versions ?? {}), outcome?.warnings ?? []);
    const explanation = await explain();
    return explanation === null ? success({}) : failure(explanation);
  });
}

/** A result with the warnings of the script before its own. */
function reported(result: WorkResult, warnings: readonly Omit<Diagnostic, 'severity'>[]): WorkResult {
  if (!result.ok) return result;
  const own = warnings.map(({ code, message, ...details }) => warning(code, message, details));
  return success({ ...result.value, warnings: [...own, ...(result.value.warnings ?? [])] });
}

async function readOutcome(outDir: string): Promise<Outcome | null> {
  try {
    return JSON.parse(await readFile(join(outDir, 'outcome.json'), 'utf8')) as Outcome;
  } catch {
    return null;
  }
}
