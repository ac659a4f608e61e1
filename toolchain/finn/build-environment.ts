import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Variables } from '../home.ts';
import { endOf, runTool } from '../tool-process.ts';
import type { InstallStep, Tell } from './events.ts';
import type { FinnVersions } from './locate.ts';
import { interpreterIn } from './locate.ts';
import { failedPip, installPins } from './pip.ts';
import type { PipProgress } from './pip-output.ts';
import { probeImports } from './probe.ts';
import type { BasePython } from './python.ts';
import { finnPlusVersion } from './requirements.ts';

export interface EnvironmentBuild {
  /** The empty folder that becomes the environment. */
  readonly directory: string;
  readonly base: BasePython;
  readonly pins: readonly string[];
  readonly wheelhouse: string | null;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onStart: (pid: number) => void;
  readonly tell: Tell;
}

/** Makes the environment, installs the packages, and imports what the front end needs; returns what is in it then. */
export async function buildEnvironment(build: EnvironmentBuild): Promise<FinnVersions | Diagnostic> {
  const { base, pins, wheelhouse, variables, signal, onStart, tell } = build;
  const python = interpreterIn(build.directory);
  const problem =
    (await step('environment', build, () => makeEnvironment(build))) ??
    (await step('packages', build, () =>
      installPins(pins, {
        ...{ python, platform: base.platform, wheelhouse, variables, signal, onStart },
        onProgress: progressOf(pins.length, tell),
      }),
    ));
  return problem ?? (await step('check', build, () => check(python, build)));
}

async function step<Result extends FinnVersions | Diagnostic | null>(
  name: InstallStep,
  { now, tell }: EnvironmentBuild,
  work: () => Promise<Result>,
): Promise<Result> {
  const began = now();
  tell({ type: 'step-started', step: name });
  const result = await work();
  if (result === null || !('code' in result))
    tell({ type: 'step-finished', step: name, milliseconds: now() - began });
  return result;
}

async function makeEnvironment({
  base,
  directory,
  variables,
  signal,
  onStart,
}: EnvironmentBuild): Promise<Diagnostic | null> {
  const argv = [base.path, '-I', '-m', 'venv', directory];
  const exit = await runTool({ argv, variables, signal, onStart });
  if (exit.type === 'exited' && exit.code === 0) return null;
  return failedPip(exit, {
    code: 'toolchain/no-pip',
    severity: 'error',
    message: `${base.path} (Python ${base.version}) could not make an environment`,
    hint: 'Debian and Ubuntu need the package python3-venv; --python PATH names another Python',
    detail: endOf(exit.output),
  });
}

async function check(
  python: string,
  { variables, signal, onStart }: EnvironmentBuild,
): Promise<FinnVersions | Diagnostic> {
  const probe = await probeImports(python, { PATH: variables['PATH'] }, { signal, onStart });
  const broken = (message: string, detail = ''): Diagnostic => ({
    code: 'toolchain/broken',
    severity: 'error',
    message,
    hint: 'the environment was not kept; the last lines name what is missing or damaged',
    ...(detail === '' ? {} : { detail }),
  });
  if ('type' in probe) return broken('FINN was installed, but cannot be imported', endOf(probe.output));
  const { 'finn-plus': finnPlus = 'none', qonnx = 'none' } = probe.distributions;
  if (finnPlus !== finnPlusVersion) return broken(`FINN+ ${finnPlusVersion} was asked for, not ${finnPlus}`);
  return { python: probe.python, finnPlus, qonnx };
}

/** Counts packages, each once. */
function progressOf(total: number, tell: Tell): (progress: PipProgress) => void {
  const found = new Set<string>();
  return (progress) => {
    if (progress.type === 'unpacking') {
      tell({ type: 'packages-unpacking', names: progress.names });
      return;
    }
    const { name, size } = progress;
    if (found.has(name)) return;
    found.add(name);
    tell({ type: 'package-found', done: found.size, total, name, size });
  };
}
