import type { ListrTask } from 'listr2';
import { Listr } from 'listr2';
import type { ExecutionEvent } from '../core/contracts/events.ts';
import type { ReadLines } from './diagnostic.ts';
import { formatDiagnostic } from './diagnostic.ts';
import type { Reporter, Terminal } from './reporter.ts';
import { duration } from '../base/units.ts';
import { clipped, harmless, styled } from './style.ts';
import { detailLines, summaryLine } from './summary.ts';

type Task = Parameters<ListrTask['task']>[1];

interface End {
  readonly mark: 'ok' | 'failed' | 'not run';
  readonly title: string;
}

interface Row {
  readonly ended: Promise<End>;
  readonly end: (end: End) => void;
  /** Shown behind the name until the end. */
  state: string;
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
    const { promise, resolve } = withResolvers<End>();
    const row: Row = { ended: promise, end: resolve, state: 'waiting', task: null };
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
  const show = (action: string, { task, state }: Row): void => {
    if (task !== null)
      task.title = `${action} ${styled('gray', clipped(state, width - 8 - action.length), hasColour)}`;
  };
  const follow = async (action: string, task: Task): Promise<void> => {
    const row = rowOf(action);
    row.task = task;
    show(action, row);
    const { mark, title } = await row.ended;
    task.title = clipped(title, width - 8);
    if (mark === 'not run') task.skip(task.title);
    if (mark === 'failed') throw new Error(title);
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
  const end = (action: string, mark: End['mark'], rest: string): void => {
    rowOf(action).end({ mark, title: `${action} ${rest}` });
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
          const row = rowOf(event.action);
          row.state = `running (${harmless(event.reason)})`;
          show(event.action, row);
          break;
        }
        case 'action-output': {
          const { task } = rowOf(event.action);
          const last = harmless(event.text).trimEnd().split('\n').at(-1) ?? '';
          if (task !== null && last !== '') task.output = clipped(last, width - 8);
          break;
        }
        case 'action-cached':
          isEmulated ||= event.emulated;
          after.push(...detailLines(event));
          end(
            event.action,
            'ok',
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
            'ok',
            `${duration(event.milliseconds)}${same}  ${harmless(event.summary ?? '')}`.trimEnd(),
          );
          for (const warning of event.warnings) after.push(formatDiagnostic(warning, readLines, hasColour));
          break;
        }
        case 'action-failed':
          end(event.action, 'failed', 'failed');
          after.push(`\n${styled('bold', event.action, hasColour)} failed\n`);
          for (const diagnostic of event.diagnostics)
            after.push(formatDiagnostic(diagnostic, readLines, hasColour));
          if (event.directory !== null) after.push(`  its work directory is kept: ${event.directory}\n`);
          break;
        case 'action-blocked':
          end(event.action, 'not run', `not run (needs ${event.by})`);
          break;
        case 'action-cancelled':
          end(event.action, 'not run', 'cancelled');
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
  const promise = new Promise<T>((onResolve) => {
    resolve = onResolve;
  });
  return { promise, resolve };
}
