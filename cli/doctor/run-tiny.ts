import { join } from 'node:path';
import type { Result } from '../../base/result.ts';
import { success } from '../../base/result.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { execute } from '../../core/execution/execute.ts';
import { select } from '../../core/execution/select.ts';
import { jsonReporter } from '../../reporters/json.ts';
import { plainReporter } from '../../reporters/plain.ts';
import { keepLeft } from '../../toolchain/contact/keep.ts';
import { openEngine } from '../engine.ts';
import type { Environment } from '../environment.ts';
import type { Project } from '../project.ts';

export interface TinyRun {
  readonly outcome: 'ok' | 'failed' | 'interrupted';
  /** Whether stand-ins for the vendor's tools took part. */
  readonly isStandIn: boolean;
}

/**
 * Builds a project through the engine, shows its events, and keeps what each step that runs Vivado left, in a folder of the
 * name of the step: `probe`, `hardware` or `build`.
 */
export async function runTiny(
  project: Project,
  environment: Environment,
  isJson: boolean,
  kept: string,
  signal: AbortSignal,
): Promise<Result<TinyRun>> {
  const selection = select([], project.plan);
  if (!selection.ok) return selection;
  const { out, readLines } = environment;
  const reporter = isJson
    ? jsonReporter(out)
    : plainReporter(out, readLines, {
        clock: environment,
        volume: 'normal',
        choice: { place: [], plan: [] },
      });
  let isStandIn = false;
  const emit = (event: ExecutionEvent): void => {
    if (event.type === 'action-succeeded' && event.action.startsWith('build') && event.emulated)
      isStandIn = true;
    reporter.report(event);
  };
  const engine = await openEngine(project, environment, {
    emit,
    recut: false,
    claim: { wait: true, trustState: true, signal },
    onProcessEnd: (label, directory) => {
      keepLeft(directory, join(kept, label.replace(/^build\.|\/0$/g, '')));
    },
  });
  try {
    const { states } = await execute(project.plan, engine.context, {
      selection: selection.value,
      mode: 'run',
      force: false,
      only: false,
      stopAfter: 1,
      jobs: environment.cores,
      signal,
    });
    await reporter.finish();
    const isDone = [...states.values()].every(({ type }) => type === 'done');
    if (signal.aborted) return success({ outcome: 'interrupted', isStandIn });
    return success({ outcome: isDone ? 'ok' : 'failed', isStandIn });
  } finally {
    await engine.close();
  }
}
