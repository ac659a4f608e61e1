import type { Diagnostic } from '../../base/diagnostic.ts';
import { unique } from '../../base/diagnostic.ts';
import { machineFailure } from '../../base/machine-failure.ts';
import { failure } from '../../base/result.ts';
import type { CheckScope, PendingStage } from '../../core/contracts/check.ts';
import { placeInFile } from '../project.ts';
import type { NamedCheck } from './checks.ts';
import { checksOf } from './checks.ts';
import type { Subject } from './subject.ts';

/** What to look at, and whether a board that does not answer is an error or, since it may be switched on later, a warning. */
export interface Looks {
  readonly scopes: readonly CheckScope[];
  readonly boards: 'errors' | 'warnings';
}

/**
 * Looks at everything at once, and returns what would stop one of these stages, each cause once and at its place. It is an
 * error if it would stop one for certain: a stage whose earlier results may still hold can do without a tool.
 */
export async function problemsAhead(
  pending: readonly PendingStage[],
  subject: Subject,
  { scopes, boards }: Looks,
): Promise<readonly Diagnostic[]> {
  const certain = new Set(pending.filter(({ isCertain }) => isCertain).map(({ stage }) => stage));
  const checks = checksOf(
    pending.map(({ stage }) => stage),
    subject,
  ).filter(({ scope }) => scopes.includes(scope));
  const isError = ({ scope, stages }: NamedCheck): boolean => {
    if (scope === 'network') return boards === 'errors';
    return scope === 'project' || stages.some((stage) => certain.has(stage));
  };
  const found = await Promise.all(checks.map(async (check) => ({ check, finding: await findingOf(check) })));
  const told = new Set<string>();
  const problems = found.flatMap(({ check, finding }) => {
    if (finding?.ok !== false || isToldOf(check, told)) return [];
    return finding.diagnostics.map((diagnostic) => ({
      check,
      diagnostic: isError(check) ? diagnostic : ({ ...diagnostic, severity: 'warning' } as const),
    }));
  });
  const located = await Promise.all(
    problems.map(({ check, diagnostic }) => placed(diagnostic, check, subject)),
  );
  return unique(located);
}

/** What a check finds, or what the machine refused it. */
async function findingOf({ look }: NamedCheck): ReturnType<NamedCheck['look']> {
  try {
    return await look();
  } catch (error) {
    return failure(machineFailure(error));
  }
}

/** At the parameter of the first stage that needs it, or where the file names it. */
async function placed(
  diagnostic: Diagnostic,
  { stages: [stage], writtenAt }: NamedCheck,
  { project, context }: Subject,
): Promise<Diagnostic> {
  if (diagnostic.at !== undefined && stage !== undefined) return context.locate(stage, diagnostic);
  return writtenAt === undefined ? diagnostic : placeInFile(project, writtenAt, diagnostic);
}

/** A board that does not answer has one problem, whatever is asked of it. */
function isToldOf({ board }: NamedCheck, told: Set<string>): boolean {
  if (board === undefined) return false;
  const isTold = told.has(board);
  told.add(board);
  return isTold;
}
