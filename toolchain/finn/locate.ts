import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest } from '../../base/digest.ts';
import { sha256 } from '../../base/digest.ts';
import { readJson } from '../../base/json-file.ts';
import { pinsOf } from './requirements.ts';

/** A Python environment with FINN+ in it. */
export interface FinnEnvironment {
  /** Absolute path of its interpreter. */
  readonly python: string;
  readonly versions: FinnVersions;
}

export interface FinnVersions {
  readonly python: string;
  readonly finnPlus: string;
  readonly qonnx: string;
}

/** The contents of the stamp, which is written last: without it an environment does not count. */
export interface Stamp {
  /** Name of the environment's folder, beside the stamp. */
  readonly directory: string;
  readonly versions: FinnVersions;
}

/** The identity of an environment: the pins of the requirements file, regardless of their order. */
export function requirementsDigest(requirements: string): Digest {
  return sha256([...pinsOf(requirements)].sort().join('\n'));
}

/** The folder for the environment of these requirements. */
export function finnFolder(home: string, digest: Digest): string {
  return join(home, 'finn', digest.slice(0, 16));
}

export function stampFile(folder: string): string {
  return join(folder, 'environment.json');
}

export function interpreterIn(environment: string): string {
  return join(environment, 'bin', 'python');
}

/** The folder of an environment, the reverse of `interpreterIn`. */
export function environmentOf({ python }: FinnEnvironment): string {
  return dirname(dirname(python));
}

/** The installed environment of these requirements, or null: reads one small file, and checks that its Python exists. */
export function locateFinn(home: string, digest: Digest): FinnEnvironment | null {
  const folder = finnFolder(home, digest);
  const stamp = readJson(stampFile(folder)) as Stamp | null;
  if (stamp === null) return null;
  const python = interpreterIn(join(folder, stamp.directory));
  // The interpreter is a link to the one it was made with, which an update of the system may remove.
  return existsSync(python) ? { python, versions: stamp.versions } : null;
}

/** The folder of FINN's dependencies beside the environment of these requirements, or null if none is there. */
export function locateDependencies(home: string, digest: Digest): string | null {
  const folder = dependenciesFolder(finnFolder(home, digest));
  return existsSync(folder) ? folder : null;
}

/** The folder of FINN's dependencies in the folder of an environment; what is in it is complete. */
export function dependenciesFolder(folder: string): string {
  return join(folder, 'deps');
}
