import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { Variables } from '../home.ts';
import { endOf, runTool } from '../tool-process.ts';
import type { InstallStep, Report } from './events.ts';
import type { Installable, ToolVersions } from '../installable.ts';
import { interpreterIn } from './locate.ts';
import { failedPip, installPins } from './pip.ts';
import type { PipProgress } from './pip-output.ts';
import type { BasePython } from './python.ts';

export interface EnvironmentBuild {
  readonly tool: Installable;
  /** The empty folder that becomes the environment. */
  readonly directory: string;
  readonly base: BasePython;
  readonly pins: readonly string[];
  /** Text of the hash file: the sha256 of the wheels of the pins. */
  readonly hashes: string;
  readonly wheelhouse: string | null;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly report: Report;
}

/** Makes the environment, installs the packages, and tries the tool; returns the installed versions. */
export async function buildEnvironment(build: EnvironmentBuild): Promise<Result<ToolVersions>> {
  const { tool, base, directory, pins, hashes, wheelhouse, variables, signal, report } = build;
  const python = interpreterIn(build.directory);
  const made = await step('environment', build, () => makeEnvironment(build));
  if (!made.ok) return made;
  const installed = await step('packages', build, async () => {
    const wrong = await installPins(pins, {
      ...{ directory, tool, target: base, hashes, wheelhouse, variables, signal },
      onProgress: progressOf(pins.length, report),
    });
    return wrong === null ? success(null) : failure(wrong);
  });
  if (!installed.ok) return installed;
  return step('check', build, () => tool.check(python, variables, signal));
}

async function step<T>(
  name: InstallStep,
  { now, report }: EnvironmentBuild,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const began = now();
  report({ type: 'step-started', step: name });
  const result = await work();
  if (result.ok) report({ type: 'step-finished', step: name, milliseconds: now() - began });
  return result;
}

async function makeEnvironment({
  tool,
  base,
  directory,
  variables,
  signal,
}: EnvironmentBuild): Promise<Result<null>> {
  const argv = [base.path, '-I', '-m', 'venv', directory];
  const exit = await runTool({ argv, variables, signal });
  if (exit.type === 'exited' && exit.code === 0) return success(null);
  const otherwise = problem(
    'toolchain/no-pip',
    `${base.path} (Python ${base.version}) could not make an environment`,
    {
      hint: 'Debian and Ubuntu need the package python3-venv; --python PATH names another Python',
      detail: endOf(exit.output),
    },
  );
  return failure(failedPip(exit, tool, otherwise));
}

/** Counts packages, each only once. */
function progressOf(total: number, report: Report): (progress: PipProgress) => void {
  const found = new Set<string>();
  return (progress) => {
    if (progress.type === 'unpacking') {
      report({ type: 'packages-unpacking', names: progress.names });
      return;
    }
    const { name, size } = progress;
    if (found.has(name)) return;
    found.add(name);
    report({ type: 'package-found', done: found.size, total, name, size });
  };
}
