import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { diskStore } from '../cache/disk/store.ts';
import { removeTree } from '../base/remove-tree.ts';
import { diskFailure } from '../base/disk-failure.ts';
import type { Emit } from '../core/contracts/events.ts';
import type { ExecutionContext } from '../core/execution/context.ts';
import { noLocks, openLocks } from '../core/state/cut-lock.ts';
import { openFileDigests } from '../core/state/file-digests.ts';
import { closeKilledJournals, remainsOf } from '../core/state/journal.ts';
import type { Ledger } from '../core/state/ledger.ts';
import { openLedger } from '../core/state/ledger.ts';
import type { Layout } from '../core/state/layout.ts';
import type { Lock } from '../base/lock.ts';
import { acquireLock, lockState } from '../base/lock.ts';
import type { Store } from '../core/contracts/store.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Runner } from '../core/contracts/types.ts';
import { locateFinn, requirementsDigest } from '../toolchain/finn/locate.ts';
import { toolchainHome } from '../toolchain/home.ts';
import type { Machine } from '../toolchain/surroundings.ts';
import { surroundingsOn } from '../toolchain/surroundings.ts';
import type { Environment } from './environment.ts';
import { ownFile } from './own-file.ts';
import type { Project } from './project.ts';
import { placeDiagnostic } from './project.ts';
import { registry } from './registry.ts';

/** The engine wired to this machine: the disk cache, the local runner, worker threads. */
export interface Engine {
  readonly context: ExecutionContext;
  readonly settle: () => Promise<boolean>;
  readonly close: () => Promise<void>;
  readonly abandon: () => void;
  readonly isFree: () => boolean;
}

export interface EngineListeners {
  readonly emit: Emit;
  readonly onStale: ExecutionContext['onStale'];
}

export function openEngine(
  project: Project,
  environment: Environment,
  { emit, onStale }: EngineListeners,
  recut = false,
): Engine {
  const { layout, profile } = project;
  const store = diskStore(layout.cache);
  const ledger = openLedger(layout);
  // Read-only commands see it too; only who holds the lock writes it down.
  const isInherited = lockState(layout.lock) === 'dead';
  if (isInherited) recover(ledger, layout, store);
  const digests = openFileDigests(layout, environment.now);
  let lock: Lock | null = null;
  let claiming: Promise<Diagnostic | null> | null = null;
  const runners = {
    process: lazyRunner('local', async () =>
      (await import('../runners/local.ts')).localRunner(environment.path),
    ),
    builtin: lazyRunner('worker', async () =>
      (await import('../runners/worker.ts')).workerRunner(ownFile('worker.js')),
    ),
  };
  const claimNow = async (): Promise<Diagnostic | null> => {
    try {
      lock = acquireLock(layout.lock);
    } catch (error) {
      return diskFailure(error);
    }
    if (lock.type === 'taken') return takenDiagnostic(lock.by.pid);
    if (lock.inherited) await cleanUpAfter(layout, runners.process, environment.now());
    return null;
  };
  const claim = () => (claiming ??= claimNow());
  return {
    context: {
      registry,
      layout,
      store,
      ledger,
      digests,
      locks: recut ? noLocks : openLocks(layout.project),
      runners,
      templates: fileURLToPath(ownFile('templates')),
      surroundings: surroundingsOn(machineOf(environment)),
      world: {
        project: layout.project,
        boardsDir: layout.boards,
        emulatedBoard: fileURLToPath(ownFile('emulated-board.js')),
      },
      claim,
      emit,
      now: environment.now,
      locate: (stage, diagnostic) => placeDiagnostic(layout.project, profile, stage, diagnostic),
      onStale,
    },
    settle: async () => isInherited && (await claim()) === null,
    abandon() {
      runners.process.abandon();
    },
    isFree: () => lock?.type === 'held' || lockState(layout.lock) !== 'alive',
    async close() {
      if (lock?.type === 'held' || lockState(layout.lock) === 'free') ledger.save();
      digests.save();
      await Promise.all([runners.process.close(), runners.builtin.close()]);
      if (lock?.type === 'held') lock.release();
    },
  };
}

/** Notes what a killed run had finished, which it could not write to the ledger any more. */
function recover(ledger: Ledger, layout: Layout, store: Store): void {
  for (const { action, fingerprint } of remainsOf(layout).results) {
    const record = store.find(fingerprint);
    if (record !== null && !(record instanceof Promise)) ledger.note(action, record);
  }
}

/** Ends what a killed run left running, and throws away the work directories it was writing to. */
async function cleanUpAfter(layout: Layout, runner: Runner, now: number): Promise<void> {
  for (const handle of remainsOf(layout).handles) if (handle.runner === 'local') await runner.reap(handle);
  removeTree(layout.work);
  closeKilledJournals(layout, now);
}

/** What decides where tools are; looked at when an action needs one. */
function machineOf({ project, path, home, variables }: Environment): Machine {
  return {
    project,
    variables,
    installedFinn: () => {
      const requirements = readFileSync(ownFile('templates/finn/requirements.txt'), 'utf8');
      const digest = requirementsDigest(requirements);
      return locateFinn(toolchainHome(variables, home), digest)?.python ?? null;
    },
    checkFinn: async (python) => (await import('../toolchain/finn/check.ts')).checkFinn(python, path),
  };
}

function takenDiagnostic(pid: number): Diagnostic {
  return {
    code: 'infrastructure/locked',
    severity: 'error',
    message: `another pipeline run (process ${pid}) works in this project`,
    hint: 'wait until it is done; what it finishes is not built again',
  };
}

type LoadedRunner = Runner & { readonly close?: () => Promise<void>; readonly abandon?: () => void };

/** A runner whose code is loaded when the first job comes. */
function lazyRunner(
  name: string,
  load: () => Promise<LoadedRunner>,
): Runner & Required<Pick<LoadedRunner, 'close' | 'abandon'>> {
  let loading: Promise<LoadedRunner> | null = null;
  let loaded: LoadedRunner | null = null;
  const runner = () => (loading ??= load().then((runner) => (loaded = runner)));
  return {
    name,
    submit: async (job) => (await runner()).submit(job),
    wait: async (handle, onOutput) => (await runner()).wait(handle, onOutput),
    cancel: async (handle) => (await runner()).cancel(handle),
    reap: async (handle) => (await runner()).reap(handle),
    async close() {
      await (await loading)?.close?.();
    },
    abandon() {
      loaded?.abandon?.();
    },
  };
}
