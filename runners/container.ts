import { execa } from 'execa';
import type { Container } from '../core/contracts/container.ts';
import { containerEngines } from '../core/contracts/container.ts';
import type { AttemptId, Job } from '../core/contracts/types.ts';

/**
 * The arguments for a container engine that run a program in a container that sees the work directory and the folders of its
 * tools under their own paths. `path` precedes the image's own PATH; the network is the machine's, for licence servers.
 */
export function inContainer(
  { image, folders }: Container,
  argv: readonly string[],
  { attempt, directory }: Pick<Job, 'attempt' | 'directory'>,
  env: { readonly [name: string]: string },
  path: readonly string[],
): readonly string[] {
  const user =
    process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`];
  const mounts = [`${directory}:${directory}`, ...folders.map((folder) => `${folder}:${folder}:ro`)];
  const variables = Object.entries({ ...env, PIPELINE_PATH: path.map((folder) => `${folder}:`).join('') });
  return [
    ...['run', '--rm', '--init', '--network', 'host', '--name', containerOf(attempt), ...user],
    ...['--workdir', directory],
    ...mounts.flatMap((mount) => ['--volume', mount]),
    ...variables.flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
    ...[image, 'sh', '-c', 'PATH="$PIPELINE_PATH$PATH" exec "$@"', 'sh', ...argv],
  ];
}

/** Ends the container of an attempt for good: the engine's client may be gone while the container still runs. */
export async function removeContainer(engine: string, attempt: AttemptId, path: string): Promise<void> {
  await execa(engine, ['rm', '--force', containerOf(attempt)], {
    env: { PATH: path },
    extendEnv: false,
    stdio: 'ignore',
    reject: false,
  });
}

/** Ends the container of an attempt of a killed run, whichever engine of this machine has it. */
export async function removeContainers(attempt: AttemptId, path: string): Promise<void> {
  for (const engine of containerEngines) await removeContainer(engine, attempt, path);
}

function containerOf(attempt: AttemptId): string {
  return `pipeline-${attempt}`;
}
