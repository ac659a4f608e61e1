import { join } from 'node:path';
import { diskStore } from '../../cache/disk/store.ts';
import { boardTypes, platformOf } from '../../boards/data.ts';
import { validators } from '../../build/generated/validators.js';
import { loadPlan } from '../../core/config/load.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import type { ExecutionContext, Stale } from '../../core/execution/context.ts';
import type { ExecutionOptions } from '../../core/execution/execute.ts';
import { execute } from '../../core/execution/execute.ts';
import { select } from '../../core/execution/select.ts';
import type { Registry } from '../../core/contracts/registry.ts';
import type { StageKind } from '../../core/contracts/stage.ts';
import type { CutLocks } from '../../core/state/cut-lock.ts';
import { openLocks } from '../../core/state/cut-lock.ts';
import { keepLocks } from '../../core/execution/keep-locks.ts';
import { openFileDigests } from '../../core/state/file-digests.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { openLedger } from '../../core/state/ledger.ts';
import type { Builtin } from '../../core/contracts/types.ts';
import { localRunner } from '../../runners/local.ts';
import { elaborate } from '../../stages/elaborate.ts';
import { stageKinds, stepKinds } from '../../stages/index.ts';
import { functionRunner } from './functions.ts';
import { acceptAnything } from './kinds.ts';

export interface EngineRun {
  readonly events: readonly ExecutionEvent[];
  /** Plan only: what would run, by action. */
  readonly stale: ReadonlyMap<string, Stale>;
}

/** The registry of the program, with further kinds that only a test knows. */
export function registryWith(extra: readonly StageKind[]): Registry {
  return {
    kinds: new Map([...stageKinds, ...stepKinds, ...extra].map((kind) => [kind.kind, kind])),
    elaborate,
    boards: new Map(
      boardTypes.map((type) => [
        type.name,
        { part: type.part, resources: { ...type.resources }, platform: platformOf(type) },
      ]),
    ),
    build: 'test',
    validators: () =>
      Promise.resolve(extra.length === 0 ? validators : acceptAnything([...stageKinds, ...extra])),
  };
}

/** Runs a pipeline text in this process, with the disk store and the local runner in the given folder. */
export async function runEngine(
  folder: string,
  text: string,
  extra: readonly StageKind[] = [],
  options: Partial<ExecutionOptions> & {
    readonly targets?: readonly string[];
    readonly locks?: CutLocks;
    /** What the names of builtins mean. */
    readonly builtins?: { readonly [name: string]: Builtin };
    readonly onEvent?: (event: ExecutionEvent) => void;
  } = {},
): Promise<EngineRun> {
  const registry = registryWith(extra);
  const loaded = await loadPlan('pipeline.yaml', text, null, registry);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const layout = layoutOf(folder);
  const ledger = openLedger(layout);
  // A clock that runs ahead makes every file look old enough to be remembered.
  const digests = openFileDigests(layout, () => Date.now() + 60_000);
  const events: ExecutionEvent[] = [];
  const stale = new Map<string, Stale>();
  const runner = localRunner(process.env['PATH'] ?? '');
  const selection = select(options.targets ?? [], loaded.plan);
  if ('length' in selection) throw new Error(JSON.stringify(selection));
  const context: ExecutionContext = {
    registry,
    layout,
    store: diskStore(layout.cache),
    ledger,
    digests,
    locks: options.locks ?? openLocks(folder),
    runners: { process: runner, builtin: functionRunner(options.builtins ?? {}) },
    templates: join(folder, 'templates'),
    surroundings: () => Promise.resolve({ programs: {}, path: [], env: {} }),
    world: {},
    claim: () => Promise.resolve(null),
    emit(event) {
      events.push(event);
      options.onEvent?.(event);
    },
    now: () => Date.now(),
    locate: (_, diagnostic) => Promise.resolve(diagnostic),
    onStale: (action, one) => stale.set(action, one),
  };
  const { states } = await execute(loaded.plan, context, {
    selection,
    mode: 'run',
    force: false,
    only: false,
    keepGoing: true,
    jobs: 2,
    signal: new AbortController().signal,
    ...options,
  });
  await keepLocks(loaded.plan, context, states);
  ledger.save();
  digests.save();
  return { events, stale };
}
