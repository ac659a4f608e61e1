import { Listr } from 'listr2';
import type { ListrTask } from 'listr2';
import { clipped } from '../base/text.ts';

/** A live list of stages and their actions; lines of output are cut to a width, in columns. */
export interface Tree {
  readonly open: (stages: readonly string[]) => void;
  /** The actions of a stage are known. */
  readonly expand: (stage: string, actions: readonly string[]) => void;
  readonly show: (action: string, title: string) => void;
  /** Shows a line of output below an action. */
  readonly print: (action: string, line: string) => void;
  readonly end: (action: string, mark: Mark, title: string) => void;
  /** The run has ended: a stage whose items never became known has no actions left to show. */
  readonly close: () => void;
  /** Resolves when everything has been drawn. */
  readonly finished: () => Promise<void>;
}

type Mark = 'ok' | 'failed' | 'not run';
type Task = Parameters<ListrTask['task']>[1];

/** A line of the list: an action, its title until it ends, and its end. */
interface Row {
  readonly ended: Later<{ readonly mark: Mark; readonly title: string }>;
  title: string;
  task: Task | null;
}

export function createTree(width: number): Tree {
  const rows = remembering((action: string): Row => ({
    ended: later(),
    title: action,
    task: null,
  }));
  const expansions = remembering((_stage: string) => later<readonly string[]>());
  let drawn: Promise<unknown> = Promise.resolve();
  const follow = async (action: string, task: Task): Promise<void> => {
    const row = rows.get(action);
    row.task = task;
    task.title = row.title;
    const { mark, title } = await row.ended.value;
    task.title = title;
    if (mark === 'not run') task.skip(task.title);
    if (mark === 'failed') throw new Error(title);
  };
  const stageTask = (stage: string): ListrTask => ({
    title: stage,
    task: async (_, task) => {
      const actions = await expansions.get(stage).value;
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
  return {
    open(stages) {
      const list = new Listr(stages.map(stageTask), {
        concurrent: true,
        exitOnError: false,
        registerSignalListeners: false,
        fallbackRendererCondition: false,
        rendererOptions: { collapseSubtasks: false, collapseErrors: false, showErrorMessage: false },
      });
      drawn = list.run().catch(() => undefined);
    },
    expand: (stage, actions) => {
      expansions.get(stage).resolve(actions);
    },
    show(action, title) {
      const row = rows.get(action);
      row.title = title;
      if (row.task !== null) row.task.title = title;
    },
    print(action, line) {
      const { task } = rows.get(action);
      if (task !== null) task.output = clipped(line, width);
    },
    end: (action, mark, title) => {
      rows.get(action).ended.resolve({ mark, title });
    },
    close() {
      for (const expansion of expansions.all()) expansion.resolve([]);
    },
    async finished() {
      await drawn;
    },
  };
}

interface Later<T> {
  readonly value: Promise<T>;
  readonly resolve: (value: T) => void;
}

function later<T>(): Later<T> {
  let resolve!: (value: T) => void;
  const value = new Promise<T>((onResolve) => {
    resolve = onResolve;
  });
  return { value, resolve };
}

/** Values by name, made on first use. */
function remembering<T>(make: (name: string) => T) {
  const known = new Map<string, T>();
  return {
    all: () => known.values(),
    get(name: string): T {
      const value = known.get(name) ?? make(name);
      known.set(name, value);
      return value;
    },
  };
}
