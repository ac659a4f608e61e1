import { jobVariable } from '../../base/job-processes.ts';
import { problem } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import { failure, success } from '../../base/result.ts';
import type { Variables } from '../home.ts';
import type { Installable } from '../installable.ts';
import { endOf } from '../tool-process.ts';
import type { ToolVersions } from '../installable.ts';
import { probeImports } from './probe.ts';
import { finnPlusVersion, sizes } from './requirements.ts';

/** FINN+ with what its front end imports. */
export const finnTool: Installable = {
  name: 'finn',
  title: `FINN+ ${finnPlusVersion}`,
  sizes,
  hasDependencies: true,
  check,
};

async function check(
  python: string,
  { PATH, [jobVariable]: job }: Variables,
  signal: AbortSignal,
): Promise<Result<ToolVersions>> {
  const probe = await probeImports(python, { PATH, [jobVariable]: job }, { signal });
  const hint = 'the environment was not kept; the last lines name what is missing or damaged';
  if (probe.type !== 'answered') {
    const detail = endOf(probe.output);
    return failure(
      problem('toolchain/broken', 'FINN was installed, but cannot be imported', {
        hint,
        detail: detail === '' ? undefined : detail,
      }),
    );
  }
  const { 'finn-plus': finnPlus = 'none', qonnx = 'none' } = probe.distributions;
  if (finnPlus === finnPlusVersion) return success({ finnPlus, qonnx, python: probe.python });
  const message = `FINN+ ${finnPlusVersion} was asked for, not ${finnPlus}`;
  return failure(problem('toolchain/broken', message, { hint }));
}
