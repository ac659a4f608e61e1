import { jsonLine } from '../reporters/json.ts';
import { traceOf } from '../reporters/trace.ts';
import { openState } from './open-state.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { keptRun } from './runs.ts';

/** `pipeline trace [RUN]`: the time line of a run, the last one by default, for Perfetto or chrome://tracing. */
export function trace(run: number | undefined, options: CommonOptions): ExitCode {
  const opened = openState(options);
  if (opened === null) return 2;
  const { environment, isJson, layout } = opened;
  const found = keptRun(layout, run);
  if (!found.ok) return refuse(found.diagnostics, isJson, environment);
  environment.out.write(jsonLine(traceOf(found.value.events)));
  return 0;
}
