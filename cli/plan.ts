import { select } from '../core/execution/select.ts';
import type { Stale } from '../core/execution/execute.ts';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmlessLine, styled } from '../reporters/style.ts';
import type { DryRun } from './dry-run.ts';
import { dryRun } from './dry-run.ts';
import { readEnvironment } from './environment.ts';
import type { PlanOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { openProject } from './project.ts';

type Line =
  | { readonly action: string; readonly type: 'up-to-date' }
  | { readonly action: string; readonly type: 'would-fail' }
  | Stale;

/** `pipeline plan [TARGET…]`: what would run and why, without running anything. */
export async function plan(targets: readonly string[], options: PlanOptions): Promise<ExitCode> {
  const environment = readEnvironment(options);
  const { out } = environment;
  const isJson = options.json === true;
  const opened = await openProject(environment, options);
  if (!opened.ok) return refuse(opened.diagnostics, isJson, environment);
  const selection = select(targets, opened.value.plan);
  if (!selection.ok) return refuse(selection.diagnostics, isJson, environment);
  const emit = (event: ExecutionEvent): void => {
    if (event.type === 'action-failed') refuse(event.diagnostics, isJson, environment);
  };
  const lines = linesOf(await dryRun(opened.value, selection.value, environment, emit));
  for (const line of lines) out.write(isJson ? jsonLine(line) : shown(line, out.hasColour));
  const count = (type: Line['type']) => lines.filter((line) => line.type === type).length;
  if (!isJson)
    out.write(
      `${count('would-run')} would run, ${count('may-run')} may run, ${count('up-to-date')} up to date\n`,
    );
  return lines.some(({ type }) => type === 'would-fail') ? 1 : 0;
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

function shown(line: Line, hasColour: boolean): string {
  const name = line.action.padEnd(14);
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
