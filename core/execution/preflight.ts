import type { Diagnostic } from '../../base/diagnostic.ts';
import type { PendingStage } from '../contracts/check.ts';
import type { PlannedStage } from '../contracts/plan.ts';
import { readSpec } from '../state/specs.ts';
import type { Action } from './action.ts';
import type { Execution } from './execution.ts';

/**
 * Looks, before the first action of a run, for everything that would stop any of its stages; if something would, nothing is
 * started. A run with nothing to do never comes here.
 */
export async function preflight(execution: Execution): Promise<void> {
  if (execution.options.looksAhead === false) return;
  await (execution.preflight ??= look(execution));
}

/** The selected stages that are not up to date, as far as that is known. */
export function pendingStages({ progress, options, context, outdated }: Execution): readonly PendingStage[] {
  const missed = new Set(
    outdated.flatMap((each) => (each.type === 'would-run' ? [each.resolved.action.label] : [])),
  );
  const runs = (action: Action): boolean =>
    missed.has(action.label) || ['queued', 'running'].includes(progress.state(action).type);
  // Of the same kind: with another front end or back end, a stage of this name does something else.
  const hasResult = ({ name, kind }: PlannedStage): boolean =>
    context.ledger.hasResult(
      (label, fingerprint) =>
        (label === name || label.startsWith(`${name}/`)) &&
        readSpec(context.layout, fingerprint)?.spec.kind === kind,
    );
  return progress.stages.flatMap((stage) => {
    const left = progress.actions(stage.name)?.filter((action) => progress.state(action).type !== 'done');
    // With `--only`, any other stage must be up to date.
    const takesPart = !options.only || left === undefined || left.some(options.selection.isTarget);
    if (left?.length === 0 || !takesPart) return [];
    return [{ stage, isCertain: (left ?? []).some(runs) || !hasResult(stage) }];
  });
}

async function look(execution: Execution): Promise<void> {
  const { context, options, lookups } = execution;
  // What is still being looked up may be up to date.
  while (lookups.size > 0) await Promise.all(lookups);
  const found = await context.preflight(pendingStages(execution));
  // Programs that were ended answer nothing of use.
  if (found.length === 0 || options.signal.aborted) return;
  const diagnostics = found.filter((diagnostic) => !isKnown(diagnostic, execution));
  const errors = found.filter(({ severity }) => severity === 'error');
  const isRefused = errors.length > 0;
  context.emit({ type: 'run-checked', at: context.now(), diagnostics, isRefused });
  execution.isStopped ||= isRefused;
  execution.isLost ||= errors.some(({ code }) => code.startsWith('infrastructure/'));
}

/** Whether an action has failed with it already. */
function isKnown({ code, message }: Diagnostic, { failures }: Execution): boolean {
  return [...failures.values()].some(({ diagnostics }) =>
    diagnostics.some((known) => known.code === code && known.message === message),
  );
}
