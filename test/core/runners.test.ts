import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeTree } from '../../base/remove-tree.ts';
import { cleanUpAfterKill, recoverResults } from '../../core/execution/recover.ts';
import { createAttempt, noteFinished } from '../../core/state/attempts.ts';
import { createJournal } from '../../core/state/journal.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { openLedger } from '../../core/state/ledger.ts';
import { labels } from '../rig/events.ts';
import { contextIn, registryWith, runEngine } from '../rig/engine.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';
import { spoolRunner } from '../rig/spool-runner.ts';

const text = `version: 1
stages:
  here: {kind: shell, with: {command: 'echo > out/x', outputs: [x], env: {N: here}}}
  there: {kind: shell, with: {command: 'test -n "$SPOOL"; echo > out/x', outputs: [x], env: {N: there}}}
`;

describe('runners by name', () => {
  it('an action runs on the runner of its stage, else on the default one for its kind of work', async () => {
    const folder = projectWith({});
    const runners = [spoolRunner(join(folder, 'spool'))];
    const { events } = await runEngine(folder, text, [], { runners, runnerOf: { there: 'spool' } });
    const handles = events.flatMap((event) =>
      event.type === 'action-submitted' ? [[event.action, event.handle.runner]] : [],
    );
    expect(Object.fromEntries(handles)).toEqual({ here: 'local', there: 'spool' });
    expect(labels(events, 'action-succeeded')).toEqual(['here', 'there']);
  });

  it('a runner is not in any key', async () => {
    const folder = projectWith({});
    await runEngine(folder, text.replace('test -n "$SPOOL"; ', ''));
    const runners = [spoolRunner(join(folder, 'spool'))];
    const again = await runEngine(folder, text.replace('test -n "$SPOOL"; ', ''), [], {
      runners,
      runnerOf: { there: 'spool' },
    });
    expect(labels(again.events, 'action-cached')).toEqual(['here', 'there']);
  });

  it('a cancelled run cancels a job on the runner that has it', async () => {
    const folder = projectWith({});
    const interruption = new AbortController();
    const { events } = await runEngine(
      folder,
      `version: 1\nstages:\n  there: {kind: shell, with: {command: 'echo started; sleep 600', outputs: [x]}}\n`,
      [],
      {
        runners: [spoolRunner(join(folder, 'spool'))],
        runnerOf: { there: 'spool' },
        signal: interruption.signal,
        onEvent: ({ type }) => {
          if (type === 'action-output') interruption.abort();
        },
      },
    );
    expect(labels(events, 'action-cancelled')).toEqual(['there']);
  });
});

describe('after a kill', () => {
  const contextOf = (folder: string, runners: readonly ReturnType<typeof spoolRunner>[] = []) =>
    contextIn(folder, registryWith([]), { runners }, () => undefined);
  const leftBy = (folder: string, runner: string) =>
    createAttempt(layoutOf(folder), { action: 'a', runners: [runner] });

  it('a job is ended by the runner that started it, and its folder goes', async () => {
    const folder = temporaryFolder();
    const attempt = leftBy(folder, 'spool');
    const left = spawn('sleep', ['600'], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, PIPELINE_JOB: attempt.id },
    });
    const ended = once(left, 'exit');
    expect(await cleanUpAfterKill(contextOf(folder, [spoolRunner(join(folder, 'spool'))]))).toBeNull();
    await ended;
    expect(existsSync(attempt.path)).toBe(false);
  });

  it('a job is ended if its purpose is damaged', async () => {
    const folder = temporaryFolder();
    const attempt = leftBy(folder, 'local');
    writeFileSync(join(attempt.path, 'attempt.json'), 'damaged');
    const left = spawn('setsid', ['sleep', '600'], {
      stdio: 'ignore',
      env: { ...process.env, PIPELINE_JOB: attempt.id },
    });
    const ended = once(left, 'exit');
    expect(await cleanUpAfterKill(contextOf(folder))).toBeNull();
    await ended;
  });

  it('a job of an unknown runner prevents everything from running', async () => {
    const folder = temporaryFolder();
    const attempt = leftBy(folder, 'gone');
    expect(await cleanUpAfterKill(contextOf(folder))).toMatchObject({
      code: 'infrastructure/lost',
      message: 'a killed run left a job on the runner "gone", which this version does not know',
    });
    expect(existsSync(attempt.path)).toBe(true);
  });

  it('what is not the folder of an attempt is left alone', async () => {
    const folder = projectWith({ '.pipeline/work/notes/a': 'mine', 'elsewhere/b': 'mine' });
    expect(await cleanUpAfterKill(contextOf(folder))).toBeNull();
    expect(existsSync(join(folder, '.pipeline/work/notes/a'))).toBe(true);
  });

  it('the outputs of a job that had ended well are stored without running it again', async () => {
    const folder = projectWith({});
    const one = `version: 1\nstages:\n  a: {kind: shell, with: {command: 'echo made > out/x', outputs: [x]}}\n`;
    const first = await runEngine(folder, one);
    const [started] = first.events.filter(({ type }) => type === 'action-started');
    const fingerprint = started?.type === 'action-started' ? started.fingerprint : '';
    removeTree(layoutOf(folder).cache);
    const attempt = leftBy(folder, 'local');
    writeIn(attempt.job, 'out/x', 'taken over');
    noteFinished(attempt, { fingerprint, report: {}, cost: null });
    expect(await cleanUpAfterKill(contextOf(folder))).toBeNull();
    const { events } = await runEngine(folder, one);
    expect(events).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'action-started',
          reason: 'an earlier run finished it, but could not store what it made',
        }),
        expect.objectContaining({ type: 'action-succeeded', unchanged: false }),
      ]) as unknown[],
    );
    expect(labels(events, 'action-submitted')).toEqual([]);
  });

  it('finished actions are known again without running', async () => {
    const folder = projectWith({});
    const { events } = await runEngine(folder, text.replace('test -n "$SPOOL"; ', ''));
    const journal = createJournal(layoutOf(folder), 'r');
    const profile = 'lab';
    journal.write({ type: 'run-started', at: 0, run: 'r', targets: [], profile, stages: ['here', 'there'] });
    for (const event of events) if (event.type !== 'run-finished') journal.write(event);
    journal.open();
    const context = contextOf(folder);
    writeFileSync(layoutOf(folder).ledger, '{}');
    const emptied = contextOf(folder);
    expect(emptied.ledger.labels()).toEqual([]);
    await recoverResults({ ...context, ledger: emptied.ledger });
    expect([...emptied.ledger.labels()].sort()).toEqual(['here', 'there']);
    // They are the current ones of the profile with which they were made.
    emptied.ledger.save();
    const isCurrent = (of: string | null) =>
      openLedger(layoutOf(folder), of).isCurrent('here', emptied.ledger.entry('here')!.record.fingerprint);
    expect([isCurrent(profile), isCurrent(null)]).toEqual([true, false]);
  });
});
