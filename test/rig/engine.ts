import { join } from 'node:path';
import { boardTypes, platformOf } from '../../boards/data.ts';
import { secretFiles } from '../../boards/tools.ts';
import { validators } from '../../build/generated/validators.js';
import { success } from '../../base/result.ts';
import { loadPlan } from '../../core/config/load.ts';
import type { PendingStage } from '../../core/contracts/check.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import type { ExecutionContext } from '../../core/execution/context.ts';
import type { Stale } from '../../core/execution/execute.ts';
import type { ExecutionOptions } from '../../core/execution/execution.ts';
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
import type { Runner, Work } from '../../core/contracts/types.ts';
import { localRunner } from '../../runners/local.ts';
import { elaborate } from '../../stages/elaborate/index.ts';
import { stageKinds, stepKinds } from '../../stages/index.ts';
import { readToolchain } from '../../stages/toolchain.ts';
import { functionRunner } from './functions.ts';
import { acceptAnything } from './kinds.ts';
import { openTestStore } from './stores.ts';

export interface EngineRun {
  readonly events: readonly ExecutionEvent[];
  /** Plan only: what would run, by action, and the stages that are not up to date. */
  readonly stale: readonly Stale[];
  readonly pending: readonly PendingStage[];
}

/** The registry of the program, with additional kinds for tests. */
export function registryWith(extra: readonly StageKind[]): Registry {
  return {
    kinds: new Map([...stageKinds, ...stepKinds, ...extra].map((kind) => [kind.kind, kind])),
    readToolchain,
    elaborate,
    secretFiles,
    boards: new Map(
      boardTypes.map((type) => [
        type.name,
        {
          part: type.part,
          resources: { ...type.resources },
          clockMHz: type.clockMHz,
          platform: platformOf(type),
        },
      ]),
    ),
    build: 'test',
    validators: () =>
      Promise.resolve(extra.length === 0 ? validators : acceptAnything([...stageKinds, ...extra])),
  };
}

export interface EngineOptions extends Partial<ExecutionOptions> {
  readonly targets?: readonly string[];
  readonly locks?: CutLocks;
  /** The works by name. */
  readonly works?: { readonly [name: string]: Work };
  readonly preflight?: ExecutionContext['preflight'];
  readonly reserve?: ExecutionContext['reserve'];
  /** Runners in addition to the local one. */
  readonly runners?: readonly Runner[];
  /** The named runner of each stage. */
  readonly runnerOf?: { readonly [stage: string]: string };
  /** Stands in for waiting. */
  readonly pause?: ExecutionContext['pause'];
  readonly onEvent?: (event: ExecutionEvent) => void;
}

/** Runs a pipeline text in this process, with the store of this test project and the local runner, in the given folder. */
export async function runEngine(
  folder: string,
  text: string,
  extra: readonly StageKind[] = [],
  options: EngineOptions = {},
): Promise<EngineRun> {
  const registry = registryWith(extra);
  const plan = await planOf(text, registry, options.runnerOf ?? {});
  const events: ExecutionEvent[] = [];
  const context = contextIn(folder, registry, options, (event) => {
    events.push(event);
    options.onEvent?.(event);
  });
  const selection = select(options.targets ?? [], plan);
  if (!selection.ok) throw new Error(JSON.stringify(selection.diagnostics));
  const { states, stale, pending } = await execute(plan, context, {
    selection: selection.value,
    mode: 'run',
    force: false,
    only: false,
    stopAfter: Infinity,
    jobs: 2,
    signal: new AbortController().signal,
    ...options,
  });
  await keepLocks(plan, context, states);
  context.ledger.save();
  context.digests.save();
  return { events, stale, pending };
}

async function planOf(text: string, registry: Registry, runnerOf: { readonly [stage: string]: string }) {
  const loaded = await loadPlan('pipeline.yaml', text, null, registry);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const stages = loaded.value.stages.map((stage) => ({
    ...stage,
    runner: new Map(Object.entries(runnerOf)).get(stage.name) ?? null,
  }));
  return { ...loaded.value, stages };
}

/** The dependencies of an execution in a folder, wired as in the command, but with works as functions of this process. */
export function contextIn(
  folder: string,
  registry: Registry,
  {
    locks,
    works = {},
    runners = [],
    pause = () => Promise.resolve(),
    preflight = () => Promise.resolve([]),
    reserve = () => ({ type: 'held', release: () => undefined }),
  }: EngineOptions,
  emit: (event: ExecutionEvent) => void,
): ExecutionContext {
  const layout = layoutOf(folder);
  const local = localRunner(process.env['PATH'] ?? '');
  const functions = functionRunner(works);
  return {
    registry,
    layout,
    store: openTestStore(layout.cache),
    ledger: openLedger(layout, null),
    // A clock that is ahead makes every file look old enough to be remembered.
    digests: openFileDigests(layout, () => Date.now() + 60_000),
    locks: locks ?? openLocks(layout.decisions),
    runners: new Map([local, functions, ...runners].map((runner) => [runner.name, runner])),
    usualRunners: { process: local.name, work: functions.name },
    planWords: [],
    templates: join(folder, 'templates'),
    surroundings: () => Promise.resolve(success({ programs: {}, path: [], env: {} })),
    paths: { project: folder, boardsDir: layout.boards, emulatedBoard: '' },
    markOf: () => null,
    claim: () => Promise.resolve(null),
    reserve,
    preflight,
    emit,
    machine: { cores: 8, memory: 8e9 },
    pause,
    now: () => Date.now(),
    locate: (_, diagnostic) => Promise.resolve(diagnostic),
  };
}
