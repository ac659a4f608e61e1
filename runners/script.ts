import { jobVariable } from '../base/job-processes.ts';
import { quoted } from '../base/shell-word.ts';
import type { Job, ProcessRun } from '../core/contracts/types.ts';
import { commandOf } from './command.ts';

/**
 * The shell script `run.sh` beside the folder of a job, which repeats its process there by hand: with its arguments and
 * environment, wherever the folder is by then. With arguments of its own it runs those instead. All values are written as they are.
 */
export function scriptOf(job: Job, run: ProcessRun, path: string): string {
  return [
    '#!/bin/sh',
    `# Repeats ${job.label} by hand, with the command and the environment of the pipeline.`,
    '# With arguments, it runs them instead, such as a shell: ./run.sh sh',
    'cd -- "$(dirname -- "$0")/job" || exit',
    'umask 022',
    ...(job.surroundings?.container === undefined
      ? onThisMachine(job, run, path)
      : inItsContainer(job, run, path)),
    '',
  ].join('\n');
}

function onThisMachine(job: Job, run: ProcessRun, path: string): readonly string[] {
  const { program, arguments: args, env } = commandOf(job, run, path);
  const words = [program, ...args].map((word) => relocatable(word, job));
  return [
    `[ $# -gt 0 ] || set -- ${words.join(' ')}`,
    'exec env -i \\',
    ...assignments(env, job),
    // By itself, env takes a program with an equals sign in its path for a variable.
    program.includes('=') ? `  /bin/sh -c 'exec "$@"' sh "$@"` : '  "$@"',
  ];
}

function inItsContainer(job: Job, run: ProcessRun, path: string): readonly string[] {
  const { program, arguments: whole, env } = commandOf(job, run, path);
  const own = run.argv.map((word) => relocatable(word, job));
  const [command = '', ...options] = whole.slice(0, whole.length - run.argv.length);
  return [
    `[ $# -gt 0 ] || set -- ${own.join(' ')}`,
    'terminal=',
    '[ ! -t 0 ] || terminal=-it',
    'exec env -i \\',
    ...assignments(env, job),
    `  ${relocatable(program, job)} ${relocatable(command, job)} $terminal ${options.map((word) => relocatable(word, job)).join(' ')} "$@"`,
  ];
}

/** Without the mark by which a run finds, and ends, what it started. */
function assignments(env: { readonly [name: string]: string }, job: Job): readonly string[] {
  return Object.entries(env)
    .filter(([name]) => name !== jobVariable)
    .map(([name, value]) => `  ${relocatable(`${name}=${value}`, job)} \\`);
}

/** A word of a shell, in which the folder of the job is the folder that the script runs in. */
function relocatable(word: string, { directory }: Job): string {
  return word.split(directory).map(quoted).join('"$PWD"');
}
