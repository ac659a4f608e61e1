import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltinJob, BuiltinResult } from '../../core/contracts/types.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { refusing } from '../shared/refusing.ts';

/** Versions of what took part, by names such as `finn-plus` and `vivado`. */
export type Versions = { readonly [tool: string]: string };

/** What a script of templates/ writes about itself to `out/outcome.json`. */
export type Outcome =
  | {
      readonly ok: true;
      readonly versions: Versions;
      readonly warnings?: readonly Omit<Diagnostic, 'severity'>[];
    }
  | ({ readonly ok: false } & Omit<Diagnostic, 'severity' | 'place'>);

/**
 * Finishes a script of templates/: its own words where it failed, or those that `explain` finds in what it left; otherwise
 * what `body` makes of that, told the versions of the tools. A script that failed without a word is left to its exit code and the end of its log.
 */
export function finishing(
  { outDir, exitCode }: BuiltinJob,
  body: (versions: Versions) => Promise<BuiltinResult>,
  explain: () => Promise<Diagnostic | null> = () => Promise.resolve(null),
): Promise<BuiltinResult> {
  return refusing(async () => {
    const outcome = await readOutcome(outDir);
    if (outcome?.ok === false) {
      const { ok: _, ...problem } = outcome;
      return { ok: false, diagnostics: [{ severity: 'error', ...problem }] };
    }
    if (exitCode === 0) {
      const result = await body(outcome?.versions ?? {});
      const warnings = (outcome?.warnings ?? []).map((one): Diagnostic => ({ severity: 'warning', ...one }));
      return result.ok ? { ...result, warnings: [...warnings, ...(result.warnings ?? [])] } : result;
    }
    const explanation = await explain();
    return explanation === null ? { ok: true } : { ok: false, diagnostics: [explanation] };
  });
}

async function readOutcome(outDir: string): Promise<Outcome | null> {
  try {
    return JSON.parse(await readFile(join(outDir, 'outcome.json'), 'utf8')) as Outcome;
  } catch {
    return null;
  }
}
