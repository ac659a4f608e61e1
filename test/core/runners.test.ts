import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import type { Handle } from '../../core/contracts/types.ts';
import { cleanUpAfterKill, recoverResults } from '../../core/execution/recover.ts';
import { createJournal, remainsOf } from '../../core/state/journal.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { labels } from '../rig/events.ts';
import { contextIn, registryWith, runEngine } from '../rig/engine.ts';
import { isRunning } from '../rig/process.ts';
import { projectWith, temporaryFolder } from '../rig/project.ts';
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
  const killedRun = (project: string, handle: Handle): void => {
    const events: readonly ExecutionEvent[] = [
      { type: 'run-started', at: 0, run: 'r', targets: [], profile: null, stages: ['a'] },
      { type: 'action-started', at: 0, action: 'a', fingerprint: 'f', reason: 'first time' },
      { type: 'action-submitted', at: 0, action: 'a', handle, log: 'l' },
    ];
    const journal = createJournal(layoutOf(project), '2026-01-01');
    for (const event of events) journal.write(event);
    journal.open();
  };
  const contextOf = (folder: string, runners: readonly ReturnType<typeof spoolRunner>[] = []) =>
    contextIn(folder, registryWith([]), { runners }, () => undefined);

  it('a job is ended by the runner that started it', async () => {
    const folder = temporaryFolder();
    const left = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    const job = join(folder, 'spool', '0');
    mkdirSync(job, { recursive: true });
    writeFileSync(join(job, 'group'), String(left.pid));
    killedRun(folder, { runner: 'spool', job: 0, folder: job });
    const ended = once(left, 'exit');
    expect(await cleanUpAfterKill(contextOf(folder, [spoolRunner(join(folder, 'spool'))]))).toBeNull();
    await ended;
    expect(isRunning(left.pid ?? 0)).toBe(false);
    expect(remainsOf(layoutOf(folder))).toEqual({ handles: [], results: [] });
  });

  it('a job of an unknown runner prevents everything from running', async () => {
    const folder = temporaryFolder();
    killedRun(folder, { runner: 'gone', job: 1 });
    expect(await cleanUpAfterKill(contextOf(folder))).toMatchObject({
      code: 'infrastructure/lost',
      message: 'a killed run left a job on the runner "gone", which this version does not know',
    });
    expect(remainsOf(layoutOf(folder)).handles).toHaveLength(1);
  });

  it('finished actions are known again without running', async () => {
    const folder = projectWith({});
    const { events } = await runEngine(folder, text.replace('test -n "$SPOOL"; ', ''));
    const journal = createJournal(layoutOf(folder), '2026-01-01');
    for (const event of events) if (event.type !== 'run-finished') journal.write(event);
    journal.open();
    const context = contextOf(folder);
    writeFileSync(layoutOf(folder).ledger, '{}');
    const emptied = contextOf(folder);
    expect(emptied.ledger.labels()).toEqual([]);
    await recoverResults({ ...context, ledger: emptied.ledger });
    expect([...emptied.ledger.labels()].sort()).toEqual(['here', 'there']);
  });
});
