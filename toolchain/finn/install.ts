import { chmodSync, mkdirSync, mkdtempSync, readdirSync, statfsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readJson, writeFileAtomically } from '../../base/json-file.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { defined } from '../../base/defined.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { machineFailure } from '../../base/machine-failure.ts';
import { attemptLater } from '../../base/refusal.ts';
import type { Failure } from '../../base/result.ts';
import { success } from '../../base/result.ts';
import { byteSize } from '../../base/units.ts';
import type { Variables } from '../home.ts';
import { buildEnvironment } from './build-environment.ts';
import type { Claim } from '../claim.ts';
import { claimFolder } from '../claim.ts';
import type { InstallEvent, Report } from './events.ts';
import type { Installable } from '../installable.ts';
import type { Stamp, ToolEnvironment } from './locate.ts';
import {
  environmentOf,
  interpreterIn,
  locateTool,
  requirementsDigest,
  stampFile,
  toolFolder,
} from './locate.ts';
import { installDependencies, missingDependencies } from './dependencies.ts';
import { pinnedDependencies } from './pinned-dependencies.ts';
import { diskFull, notWritable } from './pip.ts';
import type { BasePython } from './python.ts';
import { choosePython, isSameRelease } from './python.ts';
import { pinsOf } from './requirements.ts';

export interface Installation {
  readonly tool: Installable;
  /** The folder for environments; see `toolchainHome`. */
  readonly home: string;
  /** Text of the requirements file. */
  readonly requirements: string;
  /** Text of the hash file. */
  readonly hashes: string;
  /** The Python to make the environment with; null for the first suitable one on PATH. */
  readonly python: string | null;
  /** A folder of wheels to install from without network. */
  readonly wheelhouse: string | null;
  /** Absolute path of a folder or archive of FINN's dependencies; null to fetch them. */
  readonly dependencies: string | null;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly emit: (event: InstallEvent) => void;
}

export type Installed =
  | {
      readonly type: 'installed' | 'present';
      readonly environment: ToolEnvironment;
      /** One for each dependency of FINN that is missing. */
      readonly warnings: readonly Diagnostic[];
    }
  | { readonly type: 'failed'; readonly diagnostic: Diagnostic }
  | { readonly type: 'interrupted' };

/**
 * Makes the environment with the tool, unless it exists, and gets its dependencies, without which it still counts. A killed
 * installation leaves nothing that counts, and the next one cleans up; of two concurrent installations, the second waits for
 * the first.
 */
export async function installTool(installation: Installation): Promise<Installed> {
  const { now, emit, signal } = installation;
  const began = now();
  const report: Report = (event) => {
    emit({ ...event, at: now() });
  };
  const outcome = await withDiskProblems(installation.tool, () => install(installation, report));
  const ended: Installed = outcome.type === 'failed' && signal.aborted ? { type: 'interrupted' } : outcome;
  const environment = 'environment' in ended ? ended.environment : null;
  const missing = environment === null ? [] : missingIn(installation, environment);
  report({
    type: 'install-finished',
    outcome: ended.type,
    environment,
    missing,
    milliseconds: now() - began,
  });
  return ended;
}

async function install(installation: Installation, report: Report): Promise<Installed> {
  const { tool, home, requirements, python, variables, signal } = installation;
  const digest = requirementsDigest(requirements);
  const folder = toolFolder(home, tool.name, digest);
  const named = python === null ? success(null) : await choosePython(python, variables, signal);
  if (!named.ok) return failedBy(named);
  const present = (): Made | null => {
    const environment = locateTool(home, tool.name, digest);
    if (environment === null) return null;
    const isWanted = named.value === null || isSameRelease(environment.versions.python, named.value.version);
    return isWanted ? { type: 'present', environment, warnings: [] } : null;
  };
  const there = present();
  if (
    there !== null &&
    installation.dependencies === null &&
    missingIn(installation, there.environment).length === 0
  )
    return there;
  const isChosen = there !== null || named.value !== null;
  const base = isChosen ? named : await choosePython(null, variables, signal);
  if (!base.ok) return failedBy(base);
  mkdirSync(folder, { recursive: true });
  const claim = await claimFolder(folder, signal, (pid) => {
    report({ type: 'install-waiting', pid });
  });
  if (claim === null) return { type: 'interrupted' };
  try {
    const made =
      present() ??
      (await make(folder, defined(base.value, 'an absent one is chosen'), claim, installation, report));
    return 'environment' in made ? await withDependencies(made, folder, claim, installation, report) : made;
  } finally {
    claim.release();
  }
}

async function make(
  folder: string,
  base: BasePython,
  claim: Claim,
  { tool, requirements, hashes, wheelhouse, variables, signal, now }: Installation,
  report: Report,
): Promise<Installed> {
  sweep(folder);
  const { sizes } = tool;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < sizes.disk)
    return {
      type: 'failed',
      diagnostic: diskFull(`only ${byteSize(bavail * bsize)} are free where ${folder} is`, tool),
    };
  report({
    type: 'install-started',
    tool: tool.name,
    folder,
    python: { path: base.path, version: base.version },
    download: wheelhouse === null ? sizes.download : 0,
    disk: sizes.disk,
  });
  const directory = mkdtempSync(join(folder, 'environment-'));
  // The home may be shared with other users, who need no write permission.
  chmodSync(directory, 0o755);
  try {
    const versions = await buildEnvironment({
      ...{ tool, directory, base, pins: pinsOf(requirements), hashes, wheelhouse, signal, now, report },
      variables: { ...variables, ...claim.variables },
    });
    if (!versions.ok) return failedBy(versions);
    const stamp: Stamp = { directory: basename(directory), versions: versions.value };
    writeFileAtomically(stampFile(folder), JSON.stringify(stamp));
    const environment = { python: interpreterIn(directory), versions: versions.value };
    return { type: 'installed', environment, warnings: [] };
  } finally {
    sweep(folder);
  }
}

type Made = Extract<Installed, { readonly environment: unknown }>;

/** Gets the dependencies that are missing, of which only FINN has any; it counts without them. */
async function withDependencies(
  made: Made,
  folder: string,
  claim: Claim,
  { tool, dependencies: given, wheelhouse, variables, signal, now }: Installation,
  report: Report,
): Promise<Installed> {
  const pinned = pinnedDependencies(environmentOf(made.environment));
  const isDone = given === null && missingDependencies(folder, pinned).length === 0;
  if (!tool.hasDependencies || (made.type === 'present' && isDone)) return made;
  const began = now();
  report({ type: 'step-started', step: 'dependencies' });
  const warnings = await attemptLater(() =>
    installDependencies({
      ...{ folder, pinned, given, signal },
      isOffline: wheelhouse !== null,
      variables: { ...variables, ...claim.variables },
      report(state) {
        report({ type: 'dependency-installed', ...state });
      },
    }),
  );
  if (signal.aborted) return { type: 'interrupted' };
  if (!warnings.ok) return failedBy(warnings);
  report({ type: 'step-finished', step: 'dependencies', milliseconds: now() - began });
  return { ...made, warnings: warnings.value };
}

function missingIn(
  { tool, home, requirements }: Installation,
  environment: ToolEnvironment,
): readonly string[] {
  return missingDependencies(
    toolFolder(home, tool.name, requirementsDigest(requirements)),
    pinnedDependencies(environmentOf(environment)),
  );
}

function failedBy({ diagnostics }: Failure): Installed {
  return { type: 'failed', diagnostic: defined(diagnostics[0], 'a failure says what is wrong') };
}

/** Deletes the leftovers of failed, killed or replaced installations: everything except what the stamp names. */
function sweep(folder: string): void {
  const stamp = readJson(stampFile(folder)) as Stamp | null;
  for (const name of readdirSync(folder))
    if (name.startsWith('environment') && name !== stamp?.directory && name !== basename(stampFile(folder)))
      removeTree(join(folder, name));
}

/** Turns a system error about a folder into a diagnostic. */
async function withDiskProblems(tool: Installable, work: () => Promise<Installed>): Promise<Installed> {
  try {
    return await work();
  } catch (error) {
    const { code = '', path, message } = error as NodeJS.ErrnoException;
    if (['ENOSPC', 'EDQUOT'].includes(code)) return { type: 'failed', diagnostic: diskFull(message, tool) };
    if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code))
      return { type: 'failed', diagnostic: notWritable(path ?? message) };
    return { type: 'failed', diagnostic: machineFailure(error) };
  }
}
