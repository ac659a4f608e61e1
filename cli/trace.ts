import { layoutOf } from '../core/state/layout.ts';
import { jsonLine } from '../reporters/json.ts';
import { traceOf } from '../reporters/trace.ts';
import { readEnvironment } from './environment.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { missingProject } from './project.ts';
import { keptRun } from './runs.ts';

/** `pipeline trace [RUN]`: the time line of a run, the last one by default, for Perfetto or chrome://tracing. */
export function trace(run: number | undefined, options: CommonOptions): ExitCode {
  const environment = readEnvironment(options);
  const missing = missingProject(environment);
  if (missing !== null) return refuse([missing], options.json === true, environment);
  const found = keptRun(layoutOf(environment.project, environment.file), run);
  if (!found.ok) return refuse(found.diagnostics, options.json === true, environment);
  environment.out.write(jsonLine(traceOf(found.value.events)));
  return 0;
}
