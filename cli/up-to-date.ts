import { member } from '../base/member.ts';
import type { FileEntry } from '../core/contracts/types.ts';
import { select } from '../core/execution/select.ts';
import { dryRun } from './dry-run.ts';
import type { Environment } from './environment.ts';
import type { ExitCode, PlanOptions } from './options.ts';
import type { Project } from './project.ts';
import { run } from './run.ts';

/** The current results of some stages. */
export interface Results {
  /** The labels of a stage's actions, in order. */
  readonly labelsOf: (stage: string) => readonly string[];
  /** A file of an action's output; null if there is none. */
  readonly read: (label: string, port: string, path: string) => Promise<Buffer | null>;
  /** The paths of the files of an action's output. */
  readonly filesOf: (label: string, port: string) => readonly string[];
}

/** The results of these stages. Those that are not up to date run first; the exit code if that fails. */
export async function upToDate(
  stages: readonly string[],
  project: Project,
  environment: Environment,
  options: PlanOptions,
): Promise<Results | ExitCode> {
  const known = await resultsOf(stages, project, environment);
  if (known !== null) return known;
  if (options.json !== true)
    environment.error.write(
      `${stages.join(', ')} ${stages.length === 1 ? 'is' : 'are'} not up to date and ${stages.length === 1 ? 'runs' : 'run'} first\n`,
    );
  const { directory, file, profile, set, json } = options;
  const code = await run(stages, {
    ...(directory === undefined ? {} : { directory }),
    ...(file === undefined ? {} : { file }),
    keepGoing: 0,
    wait: true,
    ...(profile === undefined ? {} : { profile }),
    ...(set === undefined ? {} : { set }),
    ...(json === undefined ? {} : { json }),
  });
  return code === 0 ? ((await resultsOf(stages, project, environment)) ?? 1) : code;
}

/** The results of these stages; null if anything of them would have to run. */
export async function resultsOf(
  stages: readonly string[],
  project: Project,
  environment: Environment,
): Promise<Results | null> {
  const selection = select(stages, project.plan);
  if (!selection.ok) return null;
  const { states, store } = await dryRun(project, selection.value, environment);
  const labelsOf = (stage: string): readonly string[] =>
    [...states.keys()].filter((label) => label === stage || label.startsWith(`${stage}/`));
  const isDone = stages.every((stage) => {
    const labels = labelsOf(stage);
    return labels.length > 0 && labels.every((label) => states.get(label)?.type === 'done');
  });
  if (!isDone) return null;
  const entriesOf = (label: string, port: string): readonly FileEntry[] => {
    const state = states.get(label);
    return state?.type === 'done' ? (member(state.record.outputs, port)?.files ?? []) : [];
  };
  return {
    labelsOf,
    filesOf: (label, port) => entriesOf(label, port).map(({ path }) => path),
    read: async (label, port, path) => {
      const entry = entriesOf(label, port).find((file) => file.path === path);
      return entry === undefined ? null : store.read(entry);
    },
  };
}
