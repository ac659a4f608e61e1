import { problem } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import { failure, success } from '../base/result.ts';
import { nameHint } from '../base/suggest.ts';
import type { Plan, PlannedStage } from '../core/contracts/plan.ts';
import { kindOf } from '../core/contracts/registry.ts';
import { registry } from './registry.ts';

/** What a name such as `build`, `build/1`, `split.report` or `build/1.bitstreams` means. */
export interface OutputName {
  readonly stage: PlannedStage;
  /** The stage, or the one action of it that is named. */
  readonly target: string;
  /** Null for all. */
  readonly port: string | null;
}

/** Reads STAGE[/ITEM][.PORT]. Names of steps hold a dot as well: the longest name of a stage that fits is meant. */
export function outputNamed(text: string, { stages }: Plan): Result<OutputName> {
  const [stage] = stages
    .filter(({ name }) => text === name || text.startsWith(`${name}/`) || text.startsWith(`${name}.`))
    .sort((a, b) => b.name.length - a.name.length);
  if (stage === undefined) {
    const named = /^[^/.]*/.exec(text)?.[0] ?? text;
    const known = stages.map(({ name }) => name);
    return failure(
      problem('usage/unknown-target', `there is no stage "${named}"`, { hint: nameHint(named, known) }),
    );
  }
  const [, item, port] = /^(\/[^/.]*)?(?:\.(.*))?$/s.exec(text.slice(stage.name.length)) ?? [];
  const target = `${stage.name}${item ?? ''}`;
  if (port === undefined) return success({ stage, target, port: null });
  const ports = kindOf(stage, registry)
    .outputs(stage.params)
    .map((output) => output.port);
  if (ports.includes(port)) return success({ stage, target, port });
  const message = `"${stage.name}" (${stage.kind}) has no output "${port}"`;
  return failure(problem('usage/unknown-output', message, { hint: nameHint(port, ports) }));
}
