import type { Diagnostic } from '../base/diagnostic.ts';
import { unique } from '../base/diagnostic.ts';
import type { Stale } from '../core/execution/execute.ts';
import type { Selection } from '../core/execution/select.ts';
import type { DryRun } from './dry-run.ts';
import { dryRun } from './dry-run.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';

/** What a plan says of an action. */
export type PlanLine =
  | { readonly action: string; readonly type: 'up-to-date' }
  | { readonly action: string; readonly type: 'would-fail' }
  | Stale;

/** What would run and why, and what would stop it. */
export interface Planning {
  readonly dry: DryRun;
  /** A line for each known action, stage by stage; those that would fail come last. */
  readonly lines: readonly PlanLine[];
  readonly problems: readonly Diagnostic[];
}

/** Plans without running anything. `isOnline`: also asks boards, and may start programs that the file names. */
export async function planned(
  project: Project,
  selection: Selection,
  environment: Environment,
  { isOnline, signal }: { readonly isOnline: boolean; readonly signal: AbortSignal },
): Promise<Planning> {
  const failures: Diagnostic[] = [];
  const blocked = new Map<string, string>();
  const dry = await dryRun(project, selection, environment, (event) => {
    if (event.type === 'action-failed') failures.push(...event.diagnostics);
    if (event.type === 'action-blocked') blocked.set(event.action, event.by);
  });
  const ahead = await problemsOf(dry, project, environment, isOnline, signal);
  return { dry, lines: linesOf(dry, blocked), problems: unique([...failures, ...ahead]) };
}

/** What would stop the stages that are not up to date; nothing is loaded if all are. */
async function problemsOf(
  { pending }: DryRun,
  project: Project,
  environment: Environment,
  isOnline: boolean,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  if (pending.length === 0) return [];
  const { problemsAhead } = await import('./preflight/look.ts');
  const { lookingContext } = await import('./preflight/subject.ts');
  const context = lookingContext(project, environment);
  return problemsAhead(
    pending,
    { project, environment, context, signal, startsNamed: isOnline, answerSeconds: 2 },
    { scopes: isOnline ? ['project', 'machine', 'network'] : ['project', 'machine'], boards: 'errors' },
  );
}

/** `blocked`: by what, of the actions that wait for one that would fail. */
function linesOf({ states, stale }: DryRun, blocked: ReadonlyMap<string, string>): readonly PlanLine[] {
  const staleByAction = new Map(stale.map((each) => [each.action, each]));
  const lines = [...states].flatMap(([action, { type }]): readonly PlanLine[] => {
    const line = staleByAction.get(action);
    if (line !== undefined) return [line];
    const needs = blocked.get(action);
    if (needs !== undefined) return [{ type: 'may-run', action, needs }];
    return type === 'done' ? [{ type: 'up-to-date', action }] : [];
  });
  const failed = [...states].flatMap(([action, { type }]): readonly PlanLine[] =>
    type === 'failed' ? [{ type: 'would-fail', action }] : [],
  );
  return [...lines, ...failed];
}
