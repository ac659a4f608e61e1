import type { Diagnostic } from '../base/diagnostic.ts';
import { jsonLine } from '../reporters/json.ts';
import { formatDiagnostic } from '../reporters/diagnostic.ts';
import type { Environment } from './environment.ts';

/** 0 ok, 1 a stage failed, 2 bad config or usage, 3 infrastructure lost, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** Options of every command. */
export interface CommonOptions {
  /** Folder of pipeline.yaml. */
  readonly directory?: string;
  /** The pipeline file, if it is another one. */
  readonly file?: string;
  readonly json?: boolean;
}

/** What the command line lays over pipeline.yaml. */
export interface PlanChoice {
  readonly profile?: string;
  /** Each `PATH=VALUE`. */
  readonly set?: readonly string[];
}

/** Options of the commands that read pipeline.yaml. */
export interface PlanOptions extends CommonOptions, PlanChoice {}

/** Shows diagnostics in the requested form; they mean that the command did nothing. */
export function refuse(
  diagnostics: readonly Diagnostic[],
  isJson: boolean,
  environment: Environment,
): ExitCode {
  show(diagnostics, isJson, environment);
  return 2;
}

/** As `refuse`, if not only the user can be at fault: 2 if every problem is in the command or the file, else 1. */
export function fail(
  diagnostics: readonly Diagnostic[],
  isJson: boolean,
  environment: Environment,
): ExitCode {
  show(diagnostics, isJson, environment);
  return diagnostics.every(isMistakeOfUser) ? 2 : 1;
}

/** Whether the command line or pipeline.yaml is at fault. */
export function isMistakeOfUser({ code }: Diagnostic): boolean {
  return code.startsWith('usage/') || code.startsWith('config/');
}

/** Shows diagnostics in the requested form. */
export function show(
  diagnostics: readonly Diagnostic[],
  isJson: boolean,
  { out, error, readLines }: Environment,
): void {
  for (const diagnostic of diagnostics)
    if (isJson) out.write(jsonLine({ type: 'diagnostic', ...diagnostic }));
    else error.write(formatDiagnostic(diagnostic, readLines, error));
}
