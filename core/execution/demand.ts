import type { Amounts, Plan } from '../contracts/plan.ts';
import type { Ledger } from '../state/ledger.ts';
import type { Action } from './action.ts';
import type { ExecutionContext } from './context.ts';

/**
 * What an action takes while it runs: a core, what its kind says, the memory that it had in use when it last ran, and above all
 * what the file says. Null for what acts on a board: it waits for that board, and not for this machine.
 */
export function demandOf(
  { label, stage, kind, board }: Action,
  ledger: Pick<Ledger, 'entry'>,
): Amounts | null {
  if (board !== null) return null;
  const peak = ledger.entry(label)?.record.cost?.peakBytes ?? null;
  // Of a stage in several steps, what the file says is about those that take much.
  const written = kind.uses === undefined && stage.name !== stage.written ? {} : stage.uses;
  return { cores: 1, ...kind.uses, ...(peak === null ? {} : { memory: peak }), ...written };
}

/** What there is: what the file says, else what the machine has. More jobs than cores are the user's wish. */
export function resourcesOf(
  { resources }: Plan,
  { machine }: Pick<ExecutionContext, 'machine'>,
  jobs: number,
): Amounts {
  return { cores: Math.max(machine.cores, jobs), memory: machine.memory, ...resources };
}

/** How many cores an action may use: what it takes, if there are as many. */
export function coresOf(
  action: Action,
  plan: Plan,
  context: Pick<ExecutionContext, 'ledger' | 'machine'>,
  jobs: number,
): number {
  const { cores = 1 } = demandOf(action, context.ledger) ?? {};
  return Math.min(cores, resourcesOf(plan, context, jobs)['cores'] ?? cores);
}
