import { chmodSync, mkdirSync, mkdtempSync, readdirSync, statfsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readJson, writeFileAtomically } from '../../base/json-file.ts';
import { removeTree } from '../../base/remove-tree.ts';
import { defined } from '../../base/defined.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { machineFailure } from '../../base/machine-failure.ts';
import type { Failure } from '../../base/result.ts';
import { success } from '../../base/result.ts';
import { byteSize } from '../../base/units.ts';
import type { Variables } from '../home.ts';
import { buildEnvironment } from './build-environment.ts';
import type { Claim } from '../claim.ts';
import { claimFolder } from '../claim.ts';
import type { InstallEvent, Report } from './events.ts';
import type { FinnEnvironment, Stamp } from './locate.ts';
import { finnFolder, interpreterIn, locateFinn, requirementsDigest, stampFile } from './locate.ts';
import { diskFull, notWritable } from './pip.ts';
import type { BasePython } from './python.ts';
import { choosePython, isSameRelease } from './python.ts';
import { pinsOf, sizes } from './requirements.ts';

export interface Installation {
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
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly emit: (event: InstallEvent) => void;
}

export type Installed =
  | { readonly type: 'installed' | 'present'; readonly environment: FinnEnvironment }
  | { readonly type: 'failed'; readonly diagnostic: Diagnostic }
  | { readonly type: 'interrupted' };

/**
 * Makes the environment with FINN+, unless it exists. A killed installation leaves nothing that counts, and the next one
 * cleans up; of two concurrent installations, the second waits for the first.
 */
export async function installFinn(installation: Installation): Promise<Installed> {
  const { now, emit, signal } = installation;
  const began = now();
  const report: Report = (event) => {
    emit({ ...event, at: now() });
  };
  const outcome = await withDiskProblems(() => install(installation, report));
  const ended: Installed = outcome.type === 'failed' && signal.aborted ? { type: 'interrupted' } : outcome;
  const environment = 'environment' in ended ? ended.environment : null;
  report({ type: 'install-finished', outcome: ended.type, environment, milliseconds: now() - began });
  return ended;
}

async function install(installation: Installation, report: Report): Promise<Installed> {
  const { home, requirements, python, variables, signal } = installation;
  const digest = requirementsDigest(requirements);
  const folder = finnFolder(home, digest);
  const named = python === null ? success(null) : await choosePython(python, variables, signal);
  if (!named.ok) return failedBy(named);
  const present = (): Installed | null => {
    const environment = locateFinn(home, digest);
    if (environment === null) return null;
    const isWanted = named.value === null || isSameRelease(environment.versions.python, named.value.version);
    return isWanted ? { type: 'present', environment } : null;
  };
  const there = present();
  if (there !== null) return there;
  const base = named.value === null ? await choosePython(null, variables, signal) : success(named.value);
  if (!base.ok) return failedBy(base);
  mkdirSync(folder, { recursive: true });
  const claim = await claimFolder(folder, signal, (pid) => {
    report({ type: 'install-waiting', pid });
  });
  if (claim === null) return { type: 'interrupted' };
  try {
    return present() ?? (await make(folder, base.value, claim, installation, report));
  } finally {
    claim.release();
  }
}

async function make(
  folder: string,
  base: BasePython,
  claim: Claim,
  { requirements, hashes, wheelhouse, variables, signal, now }: Installation,
  report: Report,
): Promise<Installed> {
  sweep(folder);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < sizes.disk)
    return {
      type: 'failed',
      diagnostic: diskFull(`only ${byteSize(bavail * bsize)} are free where ${folder} is`),
    };
  report({
    type: 'install-started',
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
      ...{ directory, base, pins: pinsOf(requirements), hashes, wheelhouse, signal, now, report },
      variables: { ...variables, ...claim.variables },
    });
    if (!versions.ok) return failedBy(versions);
    const stamp: Stamp = { directory: basename(directory), versions: versions.value };
    writeFileAtomically(stampFile(folder), JSON.stringify(stamp));
    return { type: 'installed', environment: { python: interpreterIn(directory), versions: versions.value } };
  } finally {
    sweep(folder);
  }
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
async function withDiskProblems(work: () => Promise<Installed>): Promise<Installed> {
  try {
    return await work();
  } catch (error) {
    const { code = '', path, message } = error as NodeJS.ErrnoException;
    if (['ENOSPC', 'EDQUOT'].includes(code)) return { type: 'failed', diagnostic: diskFull(message) };
    if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code))
      return { type: 'failed', diagnostic: notWritable(path ?? message) };
    return { type: 'failed', diagnostic: machineFailure(error) };
  }
}
