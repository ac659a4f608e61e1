import { fileURLToPath } from 'node:url';
import { defined } from '../base/defined.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { problem } from '../base/diagnostic.ts';
import { machineFailure } from '../base/machine-failure.ts';
import type { HeldLock, Owner } from '../base/lock.ts';
import { acquireLock, lockState, waitForLock } from '../base/lock.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { reservationsIn } from '../cache/disk/reservations.ts';
import type { Traffic } from '../cache/layered.ts';
import type { Emit } from '../core/contracts/events.ts';
import type { ExecutionContext } from '../core/execution/context.ts';
import { cleanUpAfterKill, recoverResults } from '../core/execution/recover.ts';
import { noLocks, openLocks } from '../core/state/cut-lock.ts';
import { prepareState, strangeness } from '../core/state/home.ts';
import { openFileDigests } from '../core/state/file-digests.ts';
import { openLedger } from '../core/state/ledger.ts';
import { keyMark } from '../boards/key-mark.ts';
import { surroundingsOn } from '../toolchain/surroundings.ts';
import type { Environment } from './environment.ts';
import { planWords } from './choice.ts';
import { unusableCache } from './foreign-cache.ts';
import { lazyRunner } from './lazy-runner.ts';
import { watchedRunner } from './watched-runner.ts';
import { localPaths } from './local-paths.ts';
import { machineOf } from './machine.ts';
import { ownFile } from './own-file.ts';
import type * as Look from './preflight/look.ts';
import type { Project } from './project.ts';
import { placeDiagnostic } from './project.ts';
import { registry } from './registry.ts';
import { hasResultsToSave, saveResults } from './roots.ts';
import { pause } from './pause.ts';
import { openLayered, remoteOf } from './remote-cache.ts';
import { cacheOf, openStore } from './store.ts';
import { variantOf } from './variant.ts';

/** The engine wired to this machine: the store, the runners, the lock of the project. */
export interface Engine {
  readonly context: ExecutionContext;
  /**
   * Cleans up after a killed run, which a run with nothing to do would not; returns whether there was anything to clean up.
   */
  readonly settle: () => Promise<boolean>;
  /** Waits until results have been sent to the remote cache; what came from there and went there, null without one. */
  readonly share: () => Promise<Traffic | null>;
  /** Writes what was learnt and releases everything held. */
  readonly close: () => Promise<void>;
  /** Kills everything that is running, at once: for a program that is exiting. */
  readonly abandon: () => void;
  /** Whether no other process is working in the project. */
  readonly isFree: () => boolean;
}

export interface EngineOptions {
  readonly emit: Emit;
  /** Ignores pipeline.lock and chooses new cuts. */
  readonly recut: boolean;
  /** Null for commands that execute nothing. */
  readonly claim: ClaimOptions | null;
  /** Called with the label and the work directory of a process that has ended, before what it left is judged. */
  readonly onProcessEnd?: (label: string, directory: string) => void;
}

export interface ClaimOptions {
  /** Waits for another run in the project; otherwise it is refused. */
  readonly wait: boolean;
  /** Uses the state of the project even if it may be someone else's. */
  readonly trustState: boolean;
  readonly signal: AbortSignal;
}

export async function openEngine(
  project: Project,
  environment: Environment,
  { emit, recut, claim: claimOptions, onProcessEnd }: EngineOptions,
): Promise<Engine> {
  const { layout } = project;
  const local = lazyRunner('local', async () =>
    (await import('../runners/local.ts')).localRunner(environment.path),
  );
  const worker = lazyRunner('worker', async () =>
    (await import('../runners/worker.ts')).workerRunner(ownFile('worker.js')),
  );
  const runners = [local, worker];
  const own = openStore(project, environment);
  const remote = claimOptions === null ? null : remoteOf(project, environment);
  const shared = remote === null ? null : openLayered(own, remote, project, environment);
  const cache = cacheOf(project, environment);
  const context: ExecutionContext = {
    registry,
    layout,
    store: shared ?? own,
    ledger: openLedger(layout, variantOf(project)),
    digests: openFileDigests(layout, environment.now),
    locks: recut ? noLocks : openLocks(layout.decisions),
    runners: new Map(
      [onProcessEnd === undefined ? local : watchedRunner(local, onProcessEnd), worker].map((runner) => [
        runner.name,
        runner,
      ]),
    ),
    usualRunners: { process: local.name, work: worker.name },
    planWords: planWords(project),
    templates: fileURLToPath(ownFile('templates')),
    surroundings: surroundingsOn(machineOf(environment)),
    paths: localPaths(layout),
    markOf: keyMark,
    claim: () => claim.make(),
    // No other run can make anything in the project's own cache at the same time.
    reserve:
      cache === layout.cache
        ? () => ({ type: 'held', release: () => undefined })
        : reservationsIn(cache, environment.now),
    preflight: async (pending) => {
      const { problemsAhead } = (await import(ownFile('preflight.js').href)) as typeof Look;
      const { signal } = defined(claimOptions, 'this command executes actions');
      return problemsAhead(
        pending,
        { project, environment, context, signal, startsNamed: true, answerSeconds: 2 },
        { scopes: ['project', 'machine', 'network'], boards: 'warnings' },
      );
    },
    emit,
    machine: { cores: environment.cores, memory: environment.memory },
    pause,
    now: environment.now,
    locate: (stage, diagnostic) => placeDiagnostic(project, stage, diagnostic),
  };
  const claim = claimOf(context, claimOptions, () => unusableCache(project, environment));
  // Read-only commands also see what a killed run had finished; only the owner of the lock writes it down.
  const isInherited = lockState(layout.lock) === 'dead';
  if (isInherited) await recoverResults(context);
  return {
    context,
    settle: async () => isInherited && (await claim.make()) === null,
    abandon() {
      for (const runner of runners) runner.abandon();
    },
    async share() {
      await shared?.settle();
      return shared?.traffic() ?? null;
    },
    isFree: () => claim.isHeld() || ['free', 'dead'].includes(lockState(layout.lock)),
    async close() {
      const mayWrite = (): boolean => claimOptions?.trustState === true || strangeness(layout) === null;
      // A command that executes nothing writes nothing into a cache, which pipeline.yaml may have named.
      if (claimOptions !== null && hasResultsToSave(project, context.ledger, environment))
        if ((claim.isHeld() || lockState(layout.lock) === 'free') && mayWrite())
          saveResults(project, context.ledger, environment);
      if (context.digests.hasNews() && mayWrite()) context.digests.save();
      await Promise.all(runners.map((runner) => runner.close()));
      shared?.close();
      claim.release();
    },
  };
}

/** This process's claim to be the one that executes in the project: made once, when the first action runs. */
function claimOf(context: ExecutionContext, options: ClaimOptions | null, unusable: () => Diagnostic | null) {
  const { layout, ledger } = context;
  let lock: HeldLock | null = null;
  let isCleanedUp = false;
  let making: Promise<Diagnostic | null> | null = null;
  const make = async ({ trustState, ...waiting }: ClaimOptions): Promise<Diagnostic | null> => {
    try {
      const strange = trustState ? null : await (await import('./trust.ts')).distrust(layout);
      if (strange !== null) return strange;
      prepareState(layout);
      const refusal = unusable();
      if (refusal !== null) return refusal;
      const claimed = await claimedLock(context, waiting);
      if (!claimed.ok) return claimed.diagnostics[0] ?? null;
      lock = claimed.value;
      if (lock === null) return null;
      // Another run may have ended meanwhile.
      ledger.reload();
      const remains = await cleanUpAfterKill(context);
      isCleanedUp = remains === null;
      return remains;
    } catch (error) {
      return machineFailure(error);
    }
  };
  return {
    make: () => (making ??= make(defined(options, 'this command executes actions'))),
    isHeld: () => lock !== null,
    release() {
      // With something of a killed run left, the lock stays: the next run finds its owner dead and tries again.
      if (isCleanedUp) lock?.release();
    },
  };
}

/** The lock, or why it cannot be taken; null if the run was interrupted while it waited. */
async function claimedLock(
  { layout, emit, now }: ExecutionContext,
  { wait, signal }: Omit<ClaimOptions, 'trustState'>,
): Promise<Result<HeldLock | null>> {
  if (wait) {
    const lock = await waitForLock(layout.lock, signal, ({ pid, host, since, isElsewhere }) => {
      emit({ type: 'run-waiting', at: now(), pid, host, since, isElsewhere });
    });
    return success(lock);
  }
  const lock = acquireLock(layout.lock);
  return lock.type === 'held' ? success(lock) : failure(takenDiagnostic(lock.by));
}

function takenDiagnostic({ pid, host, isElsewhere }: Owner): Diagnostic {
  return problem(
    'infrastructure/locked',
    `another pipeline run (process ${pid} on ${host}) is working in this project`,
    {
      hint: isElsewhere
        ? 'whether it still runs cannot be seen from here; if it does not, delete .pipeline/lock'
        : 'leave out --no-wait to wait for it; its results are reused',
    },
  );
}
