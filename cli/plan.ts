import { displayWidth, padded } from '../base/text.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { unique } from '../base/diagnostic.ts';
import type { Selection } from '../core/execution/select.ts';
import { select } from '../core/execution/select.ts';
import type { Stale } from '../core/execution/execute.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmlessLine, styled } from '../reporters/style.ts';
import type { DryRun } from './dry-run.ts';
import { dryRun } from './dry-run.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { interruptible } from './interrupt.ts';
import type { PlanOptions, ExitCode } from './options.ts';
import { refuse, show } from './options.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';

export interface PlanCommandOptions extends PlanOptions {
  /** Also asks boards, and may start programs that the file names. */
  readonly online?: boolean;
}

type Line =
  | { readonly action: string; readonly type: 'up-to-date' }
  | { readonly action: string; readonly type: 'would-fail' }
  | Stale;

/** `pipeline plan [TARGET…]`: what would run and why, and what would stop it, without running anything; 1 if something would. */
export async function plan(targets: readonly string[], options: PlanCommandOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return refuse(opened.diagnostics, isJson, environment);
  const selection = select(targets, opened.value.plan);
  if (!selection.ok) return refuse(selection.diagnostics, isJson, environment);
  return interruptible((signal) =>
    planOf(selection.value, {
      ...{ project: opened.value, environment, isJson, isOnline: options.online === true, signal },
    }),
  );
}

interface Asked {
  readonly project: Project;
  readonly environment: Environment;
  readonly isJson: boolean;
  readonly isOnline: boolean;
  readonly signal: AbortSignal;
}

async function planOf(selection: Selection, asked: Asked): Promise<ExitCode> {
  const { project, environment, isJson } = asked;
  const { out } = environment;
  const failures: Diagnostic[] = [];
  const dry = await dryRun(project, selection, environment, (event) => {
    if (event.type === 'action-failed') failures.push(...event.diagnostics);
  });
  const problems = unique([...failures, ...(await problemsOf(dry, asked))]);
  show(problems, isJson, environment);
  const lines = linesOf(dry);
  const width = Math.max(0, ...lines.map(({ action }) => displayWidth(harmlessLine(action))));
  for (const line of lines) out.write(isJson ? jsonLine(line) : shown(line, width, out.hasColour));
  const count = (type: Line['type']) => lines.filter((line) => line.type === type).length;
  if (!isJson)
    out.write(
      `${count('would-run')} would run, ${count('may-run')} may run, ${count('up-to-date')} up to date\n`,
    );
  return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

/** What would stop the stages that are not up to date; nothing is loaded if all are. */
async function problemsOf(
  { pending }: DryRun,
  { project, environment, isOnline, signal }: Asked,
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

/** A line for each known action, stage by stage; those that would fail come last. */
function linesOf({ states, stale }: DryRun): readonly Line[] {
  const staleByAction = new Map(stale.map((each) => [each.action, each]));
  const lines = [...states].flatMap(([action, { type }]): readonly Line[] => {
    const line = staleByAction.get(action);
    if (line !== undefined) return [line];
    return type === 'done' ? [{ type: 'up-to-date', action }] : [];
  });
  const failed = [...states].flatMap(([action, { type }]): readonly Line[] =>
    type === 'failed' ? [{ type: 'would-fail', action }] : [],
  );
  return [...lines, ...failed];
}

function shown(line: Line, width: number, hasColour: boolean): string {
  const name = padded(harmlessLine(line.action), width + 1);
  switch (line.type) {
    case 'up-to-date':
      return `${name} ${styled('gray', 'up to date', hasColour)}\n`;
    case 'would-run':
      return `${name} ${styled('cyan', 'would run', hasColour)}  ${harmlessLine(line.reason)}\n`;
    case 'may-run':
      return `${name} ${styled('cyan', 'may run', hasColour)}    (needs ${line.needs})\n`;
    case 'would-fail':
      return `${name} ${styled('red', 'would fail', hasColour)}\n`;
  }
}
