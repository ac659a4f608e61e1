import { devNull } from 'node:os';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { byteSize } from '../../base/units.ts';
import type { Variables } from '../home.ts';
import type { ToolExit } from '../tool-process.ts';
import { endOf, runTool } from '../tool-process.ts';
import type { PipProgress } from './pip-output.ts';
import { pipFailure, pipProgress } from './pip-output.ts';
import { sizes } from './requirements.ts';

/** PyTorch's own index of builds without CUDA. */
const cpuIndex = 'https://download.pytorch.org/whl/cpu';

export interface PipRun {
  readonly python: string;
  /** Python's `sys.platform`. */
  readonly platform: string;
  /** The only source of wheels; null for what the user's pip is configured to use. */
  readonly wheelhouse: string | null;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly onStart: (pid: number) => void;
  readonly onProgress: (progress: PipProgress) => void;
}

/**
 * Installs the pins (`name==version`), all of them wheels, without their dependencies. Null on success.
 *
 * On Linux PyPI's torch needs gigabytes of CUDA packages. The build without them is on PyTorch's own index, which is used only if the user's configuration (a mirror, a folder of wheels) does not have it.
 */
export async function installPins(pins: readonly string[], run: PipRun): Promise<Diagnostic | null> {
  const isTorch = (pin: string): boolean => pin.startsWith('torch==');
  const torch = pins.filter(isTorch).map((pin) => (run.platform === 'linux' ? `${pin}+cpu` : pin));
  const others = pins.filter((pin) => !isTorch(pin));
  // pip looks packages up in this order, so that a missing torch is noticed before anything is downloaded.
  const exit = await pip([...torch, ...others], [], run);
  if (isDone(exit)) return null;
  const failure = pipFailure(exit.output);
  const lacksBuild = failure.type === 'missing' && failure.requirement.endsWith('+cpu');
  if (!lacksBuild || run.wheelhouse !== null) return diagnosticOf(exit, run, packageIndex);
  const second = await pip(torch, ['--index-url', cpuIndex], run);
  if (!isDone(second)) return diagnosticOf(second, run, `PyTorch's index ${cpuIndex}`);
  const third = await pip(others, [], run);
  return isDone(third) ? null : diagnosticOf(third, run, packageIndex);
}

function pip(pins: readonly string[], source: readonly string[], run: PipRun): Promise<ToolExit> {
  const { python, wheelhouse, variables, signal, onStart, onProgress } = run;
  return runTool({
    argv: [
      ...[python, '-I', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-user'],
      // Compiling everything takes longer than installing it; imported modules are compiled on import.
      ...['--progress-bar', 'off', '--no-deps', '--no-compile', '--only-binary', ':all:'],
      ...(wheelhouse === null ? source : ['--no-index', '--find-links', wheelhouse]),
      ...pins,
    ],
    variables: wheelhouse === null ? configured(variables) : unconfigured(variables),
    signal,
    onStart,
    onLine(line) {
      const progress = pipProgress(line);
      if (progress !== null) onProgress(progress);
    },
  });
}

/** The user's configuration decides where packages come from. We decide where they go and what is printed. */
function configured(variables: Variables): Variables {
  const ours = [
    'PIP_TARGET',
    'PIP_PREFIX',
    'PIP_ROOT',
    'PIP_USER',
    'PIP_QUIET',
    'PIP_VERBOSE',
    'PIP_DRY_RUN',
  ];
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !ours.includes(name)));
}

/** Other indexes and folders of the user's configuration must not add to the wheelhouse. */
function unconfigured(variables: Variables): Variables {
  const others = Object.entries(variables).filter(([name]) => !name.startsWith('PIP_'));
  return { ...Object.fromEntries(others), PIP_CONFIG_FILE: devNull };
}

function isDone(exit: ToolExit): boolean {
  return exit.type === 'exited' && exit.code === 0;
}

const packageIndex = 'the package index';

/** The diagnostic for a failure of pip; `source` is where it looked for packages. */
function diagnosticOf(exit: ToolExit, { wheelhouse, python }: PipRun, source: string): Diagnostic {
  const cause = pipFailure(exit.output);
  if (cause.type === 'no-network')
    return problem('toolchain/no-network', `${source} cannot be reached: ${cause.reason}`, {
      hint: 'set a proxy in https_proxy, or a mirror in PIP_INDEX_URL or PIP_EXTRA_INDEX_URL; without a network use --wheelhouse DIR',
    });
  if (cause.type === 'missing')
    return problem(
      'toolchain/missing-wheel',
      `${wheelhouse ?? source} has no wheel of ${cause.requirement} for this machine and Python`,
      {
        hint:
          wheelhouse === null
            ? 'the versions are tested with Python 3.11: name one with --python PATH, or a mirror that has the wheel in PIP_EXTRA_INDEX_URL'
            : 'fill the folder on a machine with the same system and Python; docs/toolchain.md explains how',
        detail: endOf(exit.output.replace(/^(?!ERROR:).*\n/gm, '')),
      },
    );
  return failedPip(
    exit,
    problem('toolchain/failed', `pip failed in ${python}`, {
      hint: 'the last lines say why; the incomplete environment was deleted',
      detail: endOf(exit.output),
    }),
  );
}

/** The diagnostic for a failed write of Python, or else the given one. */
export function failedPip({ output }: ToolExit, otherwise: Diagnostic): Diagnostic {
  const failure = pipFailure(output);
  if (failure.type === 'disk-full') return diskFull('the disk is full');
  if (failure.type === 'not-writable') return notWritable(failure.path ?? 'a folder that pip needs');
  return otherwise;
}

/** A disk without enough space, with the space needed. */
export function diskFull(message: string): Diagnostic {
  return problem(
    'toolchain/disk-full',
    `${message}; FINN needs about ${byteSize(sizes.disk)}, and ${byteSize(sizes.download)} more in pip's cache and the temporary folder`,
    { hint: 'free some space, or name a folder on another disk in PIPELINE_TOOLCHAIN_HOME' },
  );
}

export function notWritable(path: string): Diagnostic {
  return problem('toolchain/not-writable', `${path} cannot be written`, {
    hint: 'get write permission, or name another folder in PIPELINE_TOOLCHAIN_HOME',
  });
}
