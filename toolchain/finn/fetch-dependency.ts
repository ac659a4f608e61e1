import { join } from 'node:path';
import type { Variables } from '../home.ts';
import { findOnPath } from '../search-path.ts';
import { endOf, runTool } from '../tool-process.ts';
import type { PinnedDependency } from './pinned-dependencies.ts';

/** The folder of a repository that counts, or why there is none. */
export type Fetched = { readonly folder: string } | { readonly reason: string };

/**
 * Fetches the pinned commit of a dependency, and nothing else of its history, into an empty folder. Git checks what it receives against the commit. `variables` may lead git elsewhere, as the user's configuration does.
 */
export async function fetchDependency(
  { url, commit, subdirectory }: PinnedDependency,
  directory: string,
  variables: Variables,
  signal: AbortSignal,
): Promise<Fetched> {
  if (findOnPath('git', variables['PATH'] ?? '') === null) return { reason: 'there is no git on PATH' };
  const isWhole = subdirectory === '.';
  // Of a repository of many boards only the files of one are wanted; a server that cannot leave out others sends them all.
  const steps = [
    ['init', '--quiet'],
    ['remote', 'add', 'origin', url],
    ['fetch', '--quiet', '--depth', '1', ...(isWhole ? [] : ['--filter=blob:none']), 'origin', commit],
    ['checkout', '--quiet', commit, ...(isWhole ? [] : ['--', subdirectory])],
  ];
  for (const step of steps) {
    const wrong = await git(directory, step, variables, signal);
    if (wrong !== null) return { reason: wrong };
  }
  return { folder: join(directory, subdirectory) };
}

async function git(
  directory: string,
  argv: readonly string[],
  variables: Variables,
  signal: AbortSignal,
): Promise<string | null> {
  const exit = await runTool({
    argv: ['git', '-C', directory, ...argv],
    variables: { ...variables, GIT_TERMINAL_PROMPT: '0' },
    signal,
    timeoutMilliseconds,
  });
  if (exit.type === 'exited' && exit.code === 0) return null;
  if (exit.type === 'timed-out') return `git did not end within ${timeoutMilliseconds / 60_000} minutes`;
  return endOf(exit.output).replace(/^(fatal|error): /, '');
}

const timeoutMilliseconds = 600_000;
