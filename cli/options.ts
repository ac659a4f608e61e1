import type { Diagnostic } from '../base/diagnostic.ts';
import { formatDiagnostic } from '../reporters/diagnostic.ts';
import type { Environment } from './environment.ts';

/** 0 ok, 1 a stage failed, 2 bad config or usage, 3 infrastructure lost, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** Options that every command takes. */
export interface CommonOptions {
  /** Folder of pipeline.yaml. */
  readonly directory: string;
  readonly json?: boolean;
}

/** Options of the commands that read pipeline.yaml. */
export interface PlanOptions extends CommonOptions {
  readonly profile?: string;
}

/** Shows diagnostics the way the command was asked to tell things; they mean that nothing was done. */
export function refuse(
  diagnostics: readonly Diagnostic[],
  isJson: boolean,
  { out, error, readLines }: Environment,
): ExitCode {
  for (const diagnostic of diagnostics)
    if (isJson) out.write(`${JSON.stringify({ type: 'diagnostic', ...diagnostic })}\n`);
    else error.write(formatDiagnostic(diagnostic, readLines, error.hasColour));
  return 2;
}
