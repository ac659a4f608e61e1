import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { success } from '../../base/result.ts';
import { namedInputs } from '../../core/execution/named-inputs.ts';
import { select } from '../../core/execution/select.ts';
import type { Selection } from '../../core/execution/select.ts';
import type { ActionRecord } from '../../core/contracts/types.ts';
import type { NamedInput } from '../../core/execution/named-inputs.ts';
import { layoutOf } from '../../core/state/layout.ts';
import type { Environment } from '../environment.ts';
import type { PlanOptions } from '../options.ts';
import type { PlanLine } from '../planning.ts';
import { planned } from '../planning.ts';
import type { Project } from '../project.ts';
import { openProject } from '../project.ts';
import { registry } from '../registry.ts';

/** The project as it is at one moment. */
export interface View {
  /** Null if pipeline.yaml is not valid, or lacks a target. */
  readonly asked: { readonly project: Project; readonly selection: Selection } | null;
  readonly lines: readonly PlanLine[];
  readonly diagnostics: readonly Diagnostic[];
  /** The results of the actions that are up to date. */
  readonly records: ReadonlyMap<string, ActionRecord>;
  /** Equal for views that say the same. */
  readonly key: string;
}

/** The project and what its plan reads; what a file that is not valid names is not known. */
export interface Opened {
  readonly asked: Result<{ readonly project: Project; readonly selection: Selection }>;
  readonly inputs: readonly NamedInput[] | null;
}

export async function openWatched(
  targets: readonly string[],
  options: PlanOptions,
  environment: Environment,
): Promise<Opened> {
  const opened = await openProject(environment, options);
  if (!opened.ok) return { asked: opened, inputs: null };
  const project = opened.value;
  const selection = select(targets, project.plan);
  if (!selection.ok) return { asked: selection, inputs: null };
  const stages = project.plan.stages.filter(({ name }) => selection.value.stages.has(name));
  return {
    asked: success({ project, selection: selection.value }),
    inputs: namedInputs(project.plan, stages, registry, project.layout),
  };
}

/** What is read of a project whatever its file says. */
export function inputsOfAny({ project, file }: Environment): readonly NamedInput[] {
  return namedInputs({ secrets: [], patterns: {} }, [], registry, layoutOf(project, file));
}

/** Plans what was opened. */
export async function viewOf({ asked }: Opened, environment: Environment): Promise<View> {
  if (!asked.ok) return viewWith(null, [], asked.diagnostics, new Map());
  const { project, selection } = asked.value;
  const { dry, lines, problems } = await planned(project, selection, environment, {
    isOnline: false,
    signal: new AbortController().signal,
  });
  const records = [...dry.states].flatMap(([action, state]) =>
    state.type === 'done' ? [[action, state.record] as const] : [],
  );
  return viewWith(asked.value, lines, problems, new Map(records));
}

function viewWith(
  asked: View['asked'],
  lines: View['lines'],
  diagnostics: View['diagnostics'],
  records: View['records'],
): View {
  const said = lines.map(({ action, ...line }) => [
    action,
    line.type,
    line.type === 'would-run' ? line.fingerprint : (records.get(action)?.fingerprint ?? null),
  ]);
  return { asked, lines, diagnostics, records, key: JSON.stringify([said, diagnostics]) };
}
