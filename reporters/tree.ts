import { Listr } from 'listr2';
import type { ListrTask } from 'listr2';
import type { ExecutionEvent } from '../core/events.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import type { Reporter, Terminal } from './reporter.ts';
import { clipped, duration, harmless, styled } from './style.ts';
import { detailLines, summaryLine } from './summary.ts';

type Task = Parameters<ListrTask['task']>[1];

interface Row {
  /** Resolves with the title it ends under; rejects when the action failed or did not run. */
  readonly ended: Promise<string>;
  readonly end: (outcome: { ok: boolean; title: string }) => void;
  task: Task | null;
}

/** A live tree on a terminal: stages, and below each its actions with the last line of their output. */
export function treeReporter(terminal: Terminal, readLines: ReadLines): Reporter {
  const { hasColour, width } = terminal;
  const rows = new Map<string, Row>();
  const expansions = new Map<
    string,
    { resolve: (actions: readonly string[]) => void; actions: Promise<readonly string[]> }
  >();
  const after: string[] = [];
  let finished: Promise<unknown> | null = null;
  let isEmulated = false;

  const rowOf = (action: string): Row => {
    const known = rows.get(action);
    if (known !== undefined) return known;
    const { promise, resolve, reject } = withResolvers<string>();
    promise.catch(() => undefined);
    const row: Row = {
      ended: promise,
      end: ({ ok, title }) => {
        if (ok) resolve(title);
        else reject(new Error(title));
      },
      task: null,
    };
    rows.set(action, row);
    return row;
  };
  const expansionOf = (stage: string) => {
    const known = expansions.get(stage);
    if (known !== undefined) return known;
    const { promise, resolve } = withResolvers<readonly string[]>();
    const expansion = { resolve, actions: promise };
    expansions.set(stage, expansion);
    return expansion;
  };
  const follow = async (action: string, task: Task): Promise<void> => {
    const row = rowOf(action);
    row.task = task;
    task.title = clipped(await row.ended, width - 6);
  };
  const stageTask = (stage: string): ListrTask => ({
    title: stage,
    task: async (_, task) => {
      const actions = await expansionOf(stage).actions;
      if (actions.length === 1 && actions[0] === stage) return follow(stage, task);
      const children = actions.map((action): ListrTask => ({
        title: action,
        task: (_, child) => follow(action, child),
      }));
      return task.newListr(children, {
        concurrent: true,
        exitOnError: false,
        rendererOptions: { collapseSubtasks: false },
      });
    },
  });
  const end = (action: string, ok: boolean, rest: string): void => {
    rowOf(action).end({ ok, title: `${action} ${rest}` });
  };
  return {
    report(event: ExecutionEvent) {
      switch (event.type) {
        case 'run-started': {
          const list = new Listr(event.stages.map(stageTask), {
            concurrent: true,
            exitOnError: false,
            registerSignalListeners: false,
            fallbackRendererCondition: false,
            rendererOptions: { collapseSubtasks: false, collapseErrors: false, showErrorMessage: false },
          });
          finished = list.run().catch(() => undefined);
          break;
        }
        case 'stage-expanded':
          expansionOf(event.stage).resolve(event.actions);
          break;
        case 'action-started': {
          const { task } = rowOf(event.action);
          if (task !== null) task.output = `running (${event.reason})`;
          break;
        }
        case 'action-output': {
          const { task } = rowOf(event.action);
          const last = harmless(event.text).trimEnd().split('\n').at(-1) ?? '';
          if (task !== null && last !== '') task.output = clipped(last, width - 6);
          break;
        }
        case 'action-cached':
          isEmulated ||= event.emulated;
          end(
            event.action,
            true,
            styled('gray', `up to date  ${harmless(event.summary ?? '')}`.trimEnd(), hasColour),
          );
          for (const warning of event.warnings) after.push(formatDiagnostic(warning, readLines, hasColour));
          break;
        case 'action-succeeded': {
          isEmulated ||= event.emulated;
          after.push(...detailLines(event));
          const same = event.unchanged ? ' (same result)' : '';
          end(
            event.action,
            true,
            `${duration(event.milliseconds)}${same}  ${harmless(event.summary ?? '')}`.trimEnd(),
          );
          for (const warning of event.warnings) after.push(formatDiagnostic(warning, readLines, hasColour));
          break;
        }
        case 'action-failed':
          end(event.action, false, 'failed');
          after.push(`\n${styled('bold', event.action, hasColour)} failed\n`);
          for (const diagnostic of event.diagnostics)
            after.push(formatDiagnostic(diagnostic, readLines, hasColour));
          if (event.directory !== null) after.push(`  its work directory is kept: ${event.directory}\n`);
          break;
        case 'action-blocked':
          end(event.action, false, `not run (needs ${event.by})`);
          break;
        case 'action-cancelled':
          end(event.action, false, 'cancelled');
          break;
        case 'run-finished':
          // A stage whose items never became known has no actions to wait for.
          for (const { resolve } of expansions.values()) resolve([]);
          after.push(summaryLine(event, isEmulated, hasColour));
          break;
        case 'action-submitted':
          break;
      }
    },
    async finish() {
      await finished;
      for (const text of after) terminal.write(text);
    },
  };
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
