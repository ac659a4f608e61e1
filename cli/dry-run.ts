import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { Stale } from '../core/execution/context.ts';
import type { ExecutionResult } from '../core/execution/execute.ts';
import { execute } from '../core/execution/execute.ts';
import { historyOf } from '../core/execution/past.ts';
import type { Selection } from '../core/execution/select.ts';
import type { Store } from '../core/contracts/store.ts';
import type { History } from '../core/why/explain.ts';
import { openEngine } from './engine.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';

export interface DryRunListeners {
  readonly emit: (event: ExecutionEvent) => void;
  readonly onStale: (action: string, stale: Stale) => void;
}

export interface DryRun {
  readonly history: History;
  readonly states: ExecutionResult['states'];
  readonly store: Store;
}

/** Looks everything up and runs nothing; returns what was found, and what is known of the past. */
export async function dryRun(
  project: Project,
  selection: Selection,
  environment: Environment,
  listeners: DryRunListeners,
): Promise<DryRun> {
  const engine = openEngine(project, environment, listeners);
  const { states } = await execute(project.plan, engine.context, {
    selection,
    mode: 'plan',
    force: false,
    only: false,
    keepGoing: true,
    jobs: 1,
    signal: new AbortController().signal,
  });
  await engine.close();
  const { ledger, store } = engine.context;
  return { history: historyOf(ledger, project.layout, store), states, store };
}
