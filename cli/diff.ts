import { counted } from '../base/text.ts';
import type { ActionDifference } from '../core/history/compare.ts';
import { compareRuns } from '../core/history/compare.ts';
import { readSpec } from '../core/state/specs.ts';
import { formatChange } from '../core/why/difference.ts';
import { jsonLine } from '../reporters/json.ts';
import { harmlessLine } from '../reporters/style.ts';
import { openState } from './open-state.ts';
import type { CommonOptions, ExitCode } from './options.ts';
import { refuse } from './options.ts';
import { keptRun } from './runs.ts';

/**
 * `pipeline diff [RUN] [RUN]`: what differs between two runs, action by action: parameters such as foldings and cuts, input files,
 * and what the actions said of their results. By default the last run and the one before; with one run, that one and the last.
 */
export function diff(
  first: number | undefined,
  second: number | undefined,
  options: CommonOptions,
): ExitCode {
  const opened = openState(options);
  if (opened === null) return 2;
  const { environment, isJson, layout } = opened;
  const { out } = environment;
  const before = keptRun(layout, first, 1);
  if (!before.ok) return refuse(before.diagnostics, isJson, environment);
  const after = keptRun(layout, second);
  if (!after.ok) return refuse(after.diagnostics, isJson, environment);
  const numbers = { before: before.value.number, after: after.value.number };
  const { differences, same } = compareRuns(before.value.events, after.value.events, (fingerprint) =>
    readSpec(layout, fingerprint),
  );
  if (isJson) {
    for (const difference of differences) out.write(jsonLine(difference));
    out.write(jsonLine({ type: 'compared', ...numbers, differ: differences.length, same }));
    return 0;
  }
  out.write(`run ${numbers.before} → run ${numbers.after}\n`);
  for (const difference of differences)
    for (const line of linesOf(difference, numbers)) out.write(`${harmlessLine(line)}\n`);
  out.write(
    `${counted(differences.length, 'action')} differ${differences.length === 1 ? 's' : ''}, ${same} the same\n`,
  );
  return 0;
}

function linesOf(
  difference: ActionDifference,
  { before, after }: { readonly before: number; readonly after: number },
): readonly string[] {
  switch (difference.type) {
    case 'only-before':
      return [`${difference.action}: only in run ${before}`];
    case 'only-after':
      return [`${difference.action}: only in run ${after}`];
    case 'changed': {
      const { action, fields, inputs, summaries } = difference;
      const [was, is] = summaries;
      return [
        action,
        ...(fields ?? []).map((field) => `  ${formatChange(field)}`),
        ...(fields === null ? ['  what it was made from is no longer known'] : []),
        ...inputs.map(
          ({ port, files }) => `  input ${port}${files.length === 0 ? '' : `: ${files.join(', ')}`}`,
        ),
        ...(was === is ? [] : [`  - ${was ?? '(no result)'}`, `  + ${is ?? '(no result)'}`]),
      ];
    }
  }
}
