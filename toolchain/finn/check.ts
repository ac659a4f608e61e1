import type { Diagnostic } from '../../base/diagnostic.ts';
import { problem } from '../../base/diagnostic.ts';
import type { FinnEnvironment } from './locate.ts';
import { endOf } from '../tool-process.ts';
import { probeVersions } from './probe.ts';
import { finnPlusVersion } from './requirements.ts';

/** FINN in a Python that the user names: its versions, or the problem with it. `path` is the PATH to run it with. */
export async function namedFinn(python: string, path: string): Promise<FinnEnvironment | Diagnostic> {
  const wrong = await checkFinn(python, path);
  if (wrong !== null) return wrong;
  const probe = await probeVersions(python, { PATH: path });
  const { 'finn-plus': finnPlus = finnPlusVersion, qonnx = 'unknown' } =
    probe.type === 'answered' ? probe.distributions : {};
  return {
    python,
    versions: { python: probe.type === 'answered' ? probe.python : 'unknown', finnPlus, qonnx },
  };
}

const hint = `pipeline toolchain install finn makes an environment with FINN+ ${finnPlusVersion}`;

/** The problem with a Python that does not exist. */
export function noProgram(python: string): Diagnostic {
  return problem('toolchain/no-python', `there is no program ${python}`, { hint });
}

/**
 * The problem with a Python that the user names for FINN, or null: it must hold the FINN+ whose dialect this program uses.
 * `path` is the PATH to run it with; as in a build, it gets nothing else of the environment.
 */
export async function checkFinn(python: string, path: string): Promise<Diagnostic | null> {
  const probe = await probeVersions(python, { PATH: path });
  if (probe.type === 'not-started') return noProgram(python);
  if (probe.type !== 'answered') {
    const detail = endOf(probe.output);
    return problem('toolchain/no-python', `${python} is not a working Python 3`, {
      hint,
      detail: detail === '' ? undefined : detail,
    });
  }
  const { 'finn-plus': finnPlus, finn } = probe.distributions;
  if (finn !== undefined)
    return problem('toolchain/other-finn', `${python} has AMD's FINN ${finn}, which is a different program`, {
      hint,
    });
  if (finnPlus === undefined) return problem('toolchain/no-finn', `${python} has no FINN+`, { hint });
  if (finnPlus !== finnPlusVersion)
    return problem('toolchain/other-finn', `${python} has FINN+ ${finnPlus}, not ${finnPlusVersion}`, {
      hint,
    });
  return null;
}
