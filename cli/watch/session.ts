import { realpathSync } from 'node:fs';
import { select } from '../../core/execution/select.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { openLedger } from '../../core/state/ledger.ts';
import { canAsk } from '../confirm.ts';
import type { Environment } from '../environment.ts';
import type { PlanOptions } from '../options.ts';
import { createDecisions } from './decisions.ts';
import type { Inbox, Message } from './inbox.ts';
import { choiceOf } from '../choice.ts';
import { createOutput } from './output.ts';
import { takeKeys } from './keys.ts';
import { resultsSince } from './results.ts';
import type { RunOrder, WatchRun } from './run.ts';
import { startRun } from './run.ts';
import type { Opened, View } from './view.ts';
import { inputsOfAny, openWatched, viewOf } from './view.ts';
import type { FileWatch } from './watch-files.ts';
import { watchFiles } from './watch-files.ts';
import { watchedSet } from './watched-set.ts';

export interface WatchOptions extends PlanOptions {
  /** Also runs what takes long. */
  readonly yes?: boolean;
  /** Looks for changes instead of having them reported. */
  readonly poll?: boolean;
}

/** A project that is watched. */
export interface Session {
  /** Shows the first plan, and starts what may run. */
  readonly begin: () => Promise<void>;
  /** Does what a message calls for; true once the command has to end. */
  readonly take: (message: Message) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

export function createSession(
  targets: readonly string[],
  options: WatchOptions,
  environment: Environment,
  inbox: Inbox,
): Session {
  const isAll = options.yes === true;
  const project = realpathSync(environment.project);
  const layout = layoutOf(project, environment.file);
  const output = createOutput(
    options.json === true,
    choiceOf(options),
    environment,
    resultsSince(openLedger(layout, null)),
    project,
  );
  const decisions = createDecisions(isAll);
  const keys = options.json !== true && canAsk() ? takeKeys(environment.out) : null;
  let files: FileWatch | null = null;
  let inputs = inputsOfAny(environment);
  let view: View | null = null;
  let run: WatchRun | null = null;
  let isStoppedByUser = false;
  let isEnding = false;

  /** Opens the project, with everything watched that its plan is about to read. */
  const open = async (): Promise<Opened> => {
    for (;;) {
      const opened = await openWatched(targets, options, environment);
      // A file that is not valid says nothing of what it names.
      inputs = opened.inputs ?? inputs;
      const set = watchedSet(inputs, project);
      if (set.key === files?.key) return opened;
      const before = files;
      files = await watchFiles(set, {
        changed: inbox.noteChange,
        polls(reason) {
          const text = `the system reports no changes (${reason}): looking for them several times a second`;
          output.tell(text, { type: 'watch-polling', at: environment.now(), reason });
        },
        mustPoll: options.poll === true || before?.isPolling === true,
      });
      await before?.close();
    }
  };

  const begin = (order: Pick<RunOrder, 'project' | 'selection' | 'targets' | 'admits' | 'isLong'>): void => {
    isStoppedByUser = false;
    decisions.noteStart();
    const reporters = [decisions.reporter, output.reporter(order.isLong)];
    run = startRun(
      {
        ...order,
        reporters,
        onEnd: (error) => {
          inbox.put({ type: 'run-ended', error });
        },
      },
      environment,
    );
  };

  /** Asks whether to run what does not run by itself, if someone can be asked. */
  const ask = ({ asked, lines }: View): void => {
    const later = lines
      .filter((line) => line.type === 'would-run')
      .filter((line) => !decisions.hasFailed(line))
      .map(({ action }) => action);
    if (asked === null || later.length === 0) return;
    const text = later.length === 1 ? 'Run it now?' : 'Run them now?';
    keys?.ask(text, (isYes) => {
      inbox.put({ type: 'answered', labels: isYes ? later : [] });
    });
  };

  /** Plans, shows the plan if it is news or something has changed (`paths`), and starts what may run. */
  const plan = async (paths: readonly string[] | null): Promise<void> => {
    const began = environment.elapsed();
    const next = await viewOf(await open(), environment);
    const isNews = next.key !== view?.key;
    view = next;
    // Its own decisions are news only if they change the plan.
    const isOwn = paths === null || paths.every((path) => path === layout.decisions);
    if (!isNews && isOwn) return;
    keys?.cancel();
    if (!isOwn) decisions.noteChange(environment.elapsed());
    const admitted = next.lines.filter((line) => line.type === 'would-run').filter(decisions.admits);
    const begins = run === null ? admitted.map(({ action }) => action) : [];
    output.showPlan(next, { paths, begins, milliseconds: environment.elapsed() - began });
    if (decisions.isLooping() && run === null)
      output.tell('what runs changes files that it reads: nothing runs by itself until another change');
    if (run !== null) run.overtake(next.lines);
    else if (begins.length === 0) ask(next);
    else if (next.asked !== null) begin({ ...next.asked, targets, admits: decisions.admits, isLong: isAll });
  };

  const runAsked = (labels: readonly string[]): void => {
    const asked = view?.asked ?? null;
    if (run !== null || labels.length === 0 || asked === null) return;
    const { project } = asked;
    const selection = select(labels, project.plan);
    if (selection.ok)
      begin({ project, selection: selection.value, targets: labels, admits: () => true, isLong: true });
  };

  return {
    begin: () => plan(null),
    async take(message) {
      switch (message.type) {
        case 'changed':
          await plan([...message.paths].sort());
          return false;
        case 'quiet':
          if (run === null) await plan(null);
          return false;
        case 'run-ended':
          if (message.error instanceof Error) throw message.error;
          if (run !== null)
            decisions.noteEnd({
              at: environment.elapsed(),
              hasResults: run.hasResults(),
              isStopped: run.isStopped(),
            });
          run = null;
          view = null;
          if (!isEnding) await plan(null);
          return isEnding;
        case 'answered':
          runAsked(message.labels);
          return false;
        case 'interrupted':
          if (run === null) return true;
          if (isStoppedByUser) run.abandon();
          isStoppedByUser = true;
          isEnding ||= message.isFinal;
          decisions.hold();
          run.stop();
          return false;
      }
    },
    async close() {
      keys?.close();
      // The terminal has shown the key.
      if (keys === null && environment.out.isTerminal) environment.out.write('\n');
      await files?.close();
    },
  };
}
