import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { Store } from '../core/contracts/store.ts';
import type { ExecutionResult } from '../core/execution/execute.ts';
import { execute } from '../core/execution/execute.ts';
import { historyOf } from '../core/execution/past.ts';
import type { Selection } from '../core/execution/select.ts';
import type { Ledger } from '../core/state/ledger.ts';
import type { History } from '../core/why/explain.ts';
import { openEngine } from './engine.ts';
import type { Environment } from './environment.ts';
import type { Project } from './project.ts';

export interface DryRun extends Pick<ExecutionResult, 'states' | 'stale' | 'pending'> {
  readonly history: History;
  readonly store: Store;
  readonly ledger: Ledger;
}

/** Looks everything up and runs nothing; returns what was found, and what is known of earlier runs. */
export async function dryRun(
  project: Project,
  selection: Selection,
  environment: Environment,
  emit: (event: ExecutionEvent) => void = () => undefined,
): Promise<DryRun> {
  const { context, close } = await openEngine(project, environment, { emit, recut: false, claim: null });
  const { states, stale, pending } = await execute(project.plan, context, {
    selection,
    mode: 'plan',
    force: false,
    only: false,
    stopAfter: Infinity,
    jobs: 1,
    signal: new AbortController().signal,
  });
  await close();
  const { ledger, store, registry } = context;
  return {
    history: historyOf(ledger, project.layout, store, registry),
    states,
    stale,
    pending,
    store,
    ledger,
  };
}
