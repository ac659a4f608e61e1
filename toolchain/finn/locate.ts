import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest } from '../../base/digest.ts';
import { sha256 } from '../../base/digest.ts';
import { readJson } from '../../base/json-file.ts';
import type { Installable, ToolVersions } from '../installable.ts';
import { pinsOf } from './requirements.ts';

/** A Python environment with a tool in it. */
export interface ToolEnvironment<Versions = ToolVersions> {
  /** Absolute path of its interpreter. */
  readonly python: string;
  readonly versions: Versions;
}

export type FinnEnvironment = ToolEnvironment<FinnVersions>;

export type FinnVersions = {
  readonly python: string;
  readonly finnPlus: string;
  readonly qonnx: string;
};

/** The contents of the stamp, which is written last: without it an environment does not count. */
export interface Stamp {
  /** Name of the environment's folder, beside the stamp. */
  readonly directory: string;
  readonly versions: ToolVersions;
}

/** The identity of an environment: the pins of the requirements file, regardless of their order. */
export function requirementsDigest(requirements: string): Digest {
  return sha256([...pinsOf(requirements)].sort().join('\n'));
}

/** The folder for the environment of a tool with these requirements. */
export function toolFolder(home: string, name: Installable['name'], digest: Digest): string {
  return join(home, name, digest.slice(0, 16));
}

/** The folder for the environment of FINN with these requirements. */
export function finnFolder(home: string, digest: Digest): string {
  return toolFolder(home, 'finn', digest);
}

export function stampFile(folder: string): string {
  return join(folder, 'environment.json');
}

export function interpreterIn(environment: string): string {
  return join(environment, 'bin', 'python');
}

/** The folder of an environment, the reverse of `interpreterIn`. */
export function environmentOf({ python }: Pick<ToolEnvironment, 'python'>): string {
  return dirname(dirname(python));
}

/** The installed FINN with these requirements, or null. */
export function locateFinn(home: string, digest: Digest): FinnEnvironment | null {
  // The stamp was written with the versions that the tool of this name checks.
  return locateTool(home, 'finn', digest) as FinnEnvironment | null;
}

/** The installed environment of a tool with these requirements, or null: reads one small file, and checks that its Python exists. */
export function locateTool(home: string, name: Installable['name'], digest: Digest): ToolEnvironment | null {
  const folder = toolFolder(home, name, digest);
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
