import { displayWidth, padded } from '../base/text.ts';
import type { Selection } from '../core/execution/select.ts';
import { select } from '../core/execution/select.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmlessLine, styled } from '../reporters/style.ts';
import type { Environment } from './environment.ts';
import { readEnvironment } from './environment.ts';
import { interruptible } from './interrupt.ts';
import type { PlanOptions, ExitCode } from './options.ts';
import { refuse, show } from './options.ts';
import type { PlanLine } from './planning.ts';
import { planned } from './planning.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';

export interface PlanCommandOptions extends PlanOptions {
  /** Also asks boards, and may start programs that the file names. */
  readonly online?: boolean;
}

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

async function planOf(
  selection: Selection,
  { project, environment, isJson, ...asked }: Asked,
): Promise<ExitCode> {
  const { out } = environment;
  const { lines, problems } = await planned(project, selection, environment, asked);
  show(problems, isJson, environment);
  const width = Math.max(0, ...lines.map(({ action }) => displayWidth(harmlessLine(action))));
  for (const line of lines) out.write(isJson ? jsonLine(line) : shown(line, width, out.hasColour));
  const count = (type: PlanLine['type']) => lines.filter((line) => line.type === type).length;
  if (!isJson)
    out.write(
      `${count('would-run')} would run, ${count('may-run')} may run, ${count('up-to-date')} up to date${failing(count('would-fail'))}\n`,
    );
  return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function failing(count: number): string {
  return count === 0 ? '' : `, ${count} would fail`;
}

function shown(line: PlanLine, width: number, hasColour: boolean): string {
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
