import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { Variables } from '../home.ts';
import { runTool } from '../tool-process.ts';

/** A Python to make an environment with. */
export interface BasePython {
  /** Absolute path of the interpreter itself, past any launcher. */
  readonly path: string;
  /** `3.11.7`. */
  readonly version: string;
  /** Python's `sys.platform`. */
  readonly platform: string;
  /** Python's `platform.machine()`. */
  readonly machine: string;
}

/** FINN+ 1.6.1 requires 3.11 or later. */
const oldest = [3, 11] as const;

const candidates = ['python3.11', 'python3.12', 'python3.13', 'python3'];

interface Seen {
  readonly name: string;
  /** Null if it exists but does not work. */
  readonly python: (BasePython & { readonly makesEnvironments: boolean }) | null;
}

/** Finds the named Python, or else the first suitable one on PATH. */
export async function choosePython(
  named: string | null,
  variables: Variables,
  signal: AbortSignal,
): Promise<Result<BasePython>> {
  const seen: Seen[] = [];
  for (const name of named === null ? candidates : [named]) {
    const found = await look(name, variables, signal);
    if (found === null) continue;
    if (found.python !== null && isNewEnough(found.python) && found.python.makesEnvironments)
      return success(found.python);
    seen.push(found);
  }
  return failure(unusable(named, seen));
}

/** Whether both have the same release, such as 3.11. */
export function isSameRelease(a: string, b: string): boolean {
  return releaseOf(a).join('.') === releaseOf(b).join('.');
}

function releaseOf(version: string): readonly number[] {
  return version.split('.').slice(0, 2).map(Number);
}

function isNewEnough({ version }: BasePython): boolean {
  const [major = 0, minor = 0] = releaseOf(version);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

const question = `
import json, platform, sys
from importlib.util import find_spec
print(json.dumps({
    "path": sys.executable,
    "version": platform.python_version(),
    "platform": sys.platform,
    "machine": platform.machine(),
    "makesEnvironments": all(find_spec(name) for name in ("venv", "ensurepip")),
}))`;

/** Null if there is no program of this name. */
async function look(name: string, variables: Variables, signal: AbortSignal): Promise<Seen | null> {
  const exit = await runTool({
    argv: [name, '-I', '-c', question],
    variables,
    signal,
    timeoutMilliseconds: 30_000,
  });
  if (exit.type === 'not-started') return null;
  if (exit.type !== 'exited' || exit.code !== 0) return { name, python: null };
  try {
    return { name, python: JSON.parse(exit.answer) as Seen['python'] };
  } catch {
    return { name, python: null };
  }
}

function unusable(named: string | null, seen: readonly Seen[]): Diagnostic {
  const wanted = `Python ${oldest.join('.')} or later`;
  const working = seen.flatMap(({ name, python }) => (python === null ? [] : [{ name, ...python }]));
  const incomplete = working.find(isNewEnough);
  if (incomplete !== undefined)
    return problem(
      'toolchain/no-pip',
      `${incomplete.name} (Python ${incomplete.version}) cannot make environments: it lacks venv or ensurepip`,
      {
        hint: `on Debian and Ubuntu they are in a separate package: apt install python${releaseOf(incomplete.version).join('.')}-venv`,
      },
    );
  if (working.length > 0) {
    const versions = working.map(({ name, version }) => `${name} is ${version}`).join(', ');
    return problem('toolchain/python-too-old', `FINN+ needs ${wanted}; ${versions}`, {
      hint: `install Python 3.11, or name a later one with --python PATH`,
    });
  }
  return problem('toolchain/no-python', noneWorks(named, seen, wanted), {
    hint: 'install Python 3.11 (Debian 12: apt install python3.11-venv), or name one with --python PATH',
  });
}

function noneWorks(named: string | null, seen: readonly Seen[], wanted: string): string {
  if (named !== null)
    return seen.length === 0 ? `there is no program ${named}` : `${named} is not a working Python 3`;
  const broken = seen.map(({ name }) => `${name} does not work`).join(', ');
  return `there is no ${wanted} on PATH${broken === '' ? '' : ` (${broken})`}`;
}
