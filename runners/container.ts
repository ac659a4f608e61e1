import { basename } from 'node:path';
import { execa } from 'execa';
import type { Container } from '../core/contracts/types.ts';

/** The call of the container engine that runs a program in a container. */
export interface Wrapped {
  readonly arguments: readonly string[];
  /** The engine's name for the container. */
  readonly name: string;
}

/**
 * Wraps a command for a container that sees the work directory and the folders of its tools under their own paths. `path`
 * precedes the image's own PATH; the network is the machine's, for licence servers.
 */
export function inContainer(
  { image, folders }: Container,
  argv: readonly string[],
  directory: string,
  env: { readonly [name: string]: string },
  path: readonly string[],
): Wrapped {
  const name = `pipeline-${basename(directory)}-${process.pid}-${nextId++}`.replace(/[^\w.-]/g, '-');
  const user =
    process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`];
  const mounts = [`${directory}:${directory}`, ...folders.map((folder) => `${folder}:${folder}:ro`)];
  const variables = Object.entries({ ...env, PIPELINE_PATH: path.map((folder) => `${folder}:`).join('') });
  return {
    name,
    arguments: [
      ...['run', '--rm', '--init', '--network', 'host', '--name', name, ...user, '--workdir', directory],
      ...mounts.flatMap((mount) => ['--volume', mount]),
      ...variables.flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
      ...[image, 'sh', '-c', 'PATH="$PIPELINE_PATH$PATH" exec "$@"', 'sh', ...argv],
    ],
  };
}

/** Ends a container for good: the engine's client may be gone while the container still runs. */
export async function removeContainer(engine: string, name: string, path: string): Promise<void> {
  await execa(engine, ['rm', '--force', name], {
    env: { PATH: path },
    extendEnv: false,
    stdio: 'ignore',
    reject: false,
  });
}

let nextId = 0;
