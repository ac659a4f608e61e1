import type { ExecutionEvent } from '../core/events.ts';
import type { Stale } from '../core/execution/context.ts';
import { execute } from '../core/execution/execute.ts';
import { historyOf } from '../core/execution/past.ts';
import type { Selection } from '../core/execution/select.ts';
import type { History } from '../core/why/explain.ts';
import { openEngine } from './engine.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';

export interface DryRunListeners {
  readonly emit: (event: ExecutionEvent) => void;
  readonly onStale: (action: string, stale: Stale) => void;
}

/** Looks everything up and runs nothing; returns what is known of the past. */
export async function dryRun(
  project: Project,
  selection: Selection,
  environment: Environment,
  listeners: DryRunListeners,
): Promise<History> {
  const engine = openEngine(project, environment, listeners);
  await execute(project.plan, engine.context, {
    selection,
    mode: 'plan',
    force: false,
    only: false,
    keepGoing: true,
    jobs: 1,
    signal: new AbortController().signal,
  });
  await engine.close();
  return historyOf(engine.context.ledger, project.layout, engine.context.store);
}
