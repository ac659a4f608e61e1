import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StageKind } from '../../core/contracts/stage.ts';
import type { Work } from '../../core/contracts/types.ts';
import { problem } from '../../base/diagnostic.ts';
import { failure, success } from '../../base/result.ts';
import { labels } from '../rig/events.ts';
import { runEngine } from '../rig/engine.ts';
import { collect, each, fan } from '../rig/kinds.ts';
import { projectWith, writeIn } from '../rig/project.ts';
import { isRunning } from '../rig/process.ts';

const kinds = [fan, each, collect];
const fanPipeline = (command = 'cp in/item/line out/made') => `
version: 1
stages:
  fan: {kind: fan, with: {lines: lines.txt}}
  each: {kind: each, foreach: fan.items, with: {command: '${command}'}}
  again: {kind: each, foreach: each.made, with: {command: 'cat in/item/made > out/made'}}
  all: {kind: collect, needs: {all: again}}
`;

function shellChain(): string {
  return `
version: 1
stages:
  one: {kind: shell, with: {command: 'head -n 1 in/files/source.txt > out/head', inputs: [source.txt], outputs: [head]}}
  two: {kind: shell, needs: {head: one}, with: {command: 'tr a-z A-Z < in/head/head > out/copy', outputs: [copy]}}
`;
}

describe('what runs', () => {
  it('nothing, the second time', async () => {
    const folder = projectWith({ 'source.txt': 'a\nb\n' });
    await runEngine(folder, shellChain());
    const { events } = await runEngine(folder, shellChain());
    expect(labels(events, 'action-started')).toEqual([]);
    expect(labels(events, 'action-cached')).toEqual(['one', 'two']);
  });

  it('stops at an unchanged output: early cutoff', async () => {
    const folder = projectWith({ 'source.txt': 'a\nb\n' });
    await runEngine(folder, shellChain());
    writeIn(folder, 'source.txt', 'a\nc\n');
    const { events } = await runEngine(folder, shellChain());
    expect(labels(events, 'action-started')).toEqual(['one']);
    expect(events.find(({ type }) => type === 'action-succeeded')).toMatchObject({
      action: 'one',
      unchanged: true,
    });
  });

  it('nothing, after going back to an earlier state', async () => {
    const folder = projectWith({ 'source.txt': 'a\n' });
    await runEngine(folder, shellChain());
    writeIn(folder, 'source.txt', 'b\n');
    await runEngine(folder, shellChain());
    writeIn(folder, 'source.txt', 'a\n');
    expect(labels((await runEngine(folder, shellChain())).events, 'action-started')).toEqual([]);
  });

  it('only the items that changed, regardless of their position', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\nc\n' });
    await runEngine(folder, fanPipeline(), kinds);
    writeIn(folder, 'lines.txt', 'c\na\nd\n');
    const { events } = await runEngine(folder, fanPipeline(), kinds);
    expect(labels(events, 'action-started')).toEqual(['again/2', 'all', 'each/2', 'fan']);
    expect(labels(events, 'action-cached')).toEqual(['again/0', 'again/1', 'each/0', 'each/1']);
  });

  it('equal items once', async () => {
    const folder = projectWith({ 'lines.txt': 'a\na\n' });
    const { events } = await runEngine(folder, fanPipeline(), kinds);
    expect(labels(events, 'action-started')).toEqual(['again/0', 'all', 'each/0', 'fan']);
    expect(labels(events, 'action-cached')).toEqual(['again/1', 'each/1']);
  });

  it('only what a target needs', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\n' });
    const { events } = await runEngine(folder, fanPipeline(), kinds, { targets: ['each/1'] });
    expect(labels(events, 'action-started')).toEqual(['each/1', 'fan']);
  });

  it('the target again with force, and nothing else', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\n' });
    await runEngine(folder, fanPipeline(), kinds);
    const { events } = await runEngine(folder, fanPipeline(), kinds, { targets: ['each/1'], force: true });
    expect(labels(events, 'action-started')).toEqual(['each/1']);
  });

  it('only the target with only, or an error', async () => {
    const folder = projectWith({ 'source.txt': 'a\n' });
    const refused = await runEngine(folder, shellChain(), [], { targets: ['two'], only: true });
    expect(labels(refused.events, 'action-started')).toEqual([]);
    expect(refused.events.find(({ type }) => type === 'action-failed')).toMatchObject({
      action: 'one',
      diagnostics: [{ code: 'usage/not-up-to-date', hint: 'leave out --only, or run one first' }],
    });
    await runEngine(folder, shellChain(), [], { targets: ['one'] });
    const run = await runEngine(folder, shellChain(), [], { targets: ['two'], only: true });
    expect(labels(run.events, 'action-started')).toEqual(['two']);
  });
});

describe('single items', () => {
  it('run with their own item of the preceding stages, without the other items', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\nc\n' });
    const { events } = await runEngine(folder, fanPipeline(), kinds, { targets: ['again/1'] });
    expect(labels(events, 'action-succeeded')).toEqual(['again/1', 'each/1', 'fan']);
  });

  it('include all items of a stage that another one needs as a whole', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\n' });
    const { events } = await runEngine(folder, fanPipeline(), kinds, { targets: ['again/1', 'all'] });
    expect(labels(events, 'action-succeeded')).toEqual([
      ...['again/0', 'again/1', 'all', 'each/0', 'each/1', 'fan'],
    ]);
  });

  it('that do not exist are refused, with a list of those that do', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\n' });
    const { events } = await runEngine(folder, fanPipeline(), kinds, { targets: ['again/2'] });
    const failed = events.find(({ type }) => type === 'action-failed');
    expect(failed).toMatchObject({ diagnostics: [{ message: 'there is no action "again/2"' }] });
    expect(JSON.stringify(failed)).toContain('did you mean again/0?');
  });
});

describe('failures', () => {
  it('block only their dependents, and store nothing', async () => {
    const folder = projectWith({ 'lines.txt': 'a\nb\nc\n' });
    const text = fanPipeline('grep -v b in/item/line > out/made');
    const { events } = await runEngine(folder, text, kinds);
    expect(labels(events, 'action-succeeded')).toEqual(['again/0', 'again/2', 'each/0', 'each/2', 'fan']);
    expect(labels(events, 'action-failed')).toEqual(['each/1']);
    expect(labels(events, 'action-blocked')).toEqual(['again/1', 'all']);
    const second = await runEngine(folder, text, kinds);
    expect(labels(second.events, 'action-started')).toEqual(['each/1']);
  });

  it('start nothing more after so many failures', async () => {
    const folder = projectWith({});
    const stage = (command: string) => `{kind: shell, with: {command: '${command}', outputs: [x]}}`;
    const text = `version: 1\nstages:\n  bad: ${stage('exit 3')}\n  good: ${stage('echo > out/x')}\n`;
    const { events } = await runEngine(folder, text, [], { stopAfter: 1, jobs: 1 });
    expect(labels(events, 'action-cancelled')).toEqual(['good']);
  });

  describe('of a process that a builtin finishes', () => {
    const finished: StageKind = {
      ...each,
      kind: 'finished',
      foreach: null,
      action: ({ params }) => ({
        params: {},
        tools: {},
        run: {
          type: 'process',
          argv: ['sh', '-e', '-c', params['command'] as string],
          env: {},
          finish: 'judge',
        },
      }),
    };
    /** Makes out/made from out/left; fails if the contents ask for it. */
    const judge: Work = ({ outDir, exitCode }) => {
      const left = readFileSync(join(outDir, 'left'), 'utf8');
      const message = `${left.trim()} (exit code ${String(exitCode)})`;
      if (left.startsWith('ERROR')) return Promise.resolve(failure(problem('test/left', message)));
      writeFileSync(join(outDir, 'made'), left);
      return Promise.resolve(success({ summary: `made of ${message}` }));
    };
    const run = async (command: string) => {
      const text = `version: 1\nstages:\n  one: {kind: finished, with: {command: '${command}'}}\n`;
      const { events } = await runEngine(projectWith({}), text, [finished], { works: { judge } });
      return events.find(({ type }) => type === 'action-succeeded' || type === 'action-failed');
    };

    it('are found by it, although the exit code is 0', async () => {
      expect(await run('echo ERROR: no licence > out/left')).toMatchObject({
        type: 'action-failed',
        diagnostics: [{ code: 'test/left', message: 'ERROR: no licence (exit code 0)' }],
      });
    });

    it('are explained by it, if the exit code reports one', async () => {
      expect(await run('echo ERROR: no licence > out/left; exit 4')).toMatchObject({
        type: 'action-failed',
        diagnostics: [{ code: 'test/left', message: 'ERROR: no licence (exit code 4)' }],
      });
    });

    it('are reported from the exit code if it finds nothing', async () => {
      expect(await run('echo fine > out/left; exit 4')).toMatchObject({
        type: 'action-failed',
        diagnostics: [{ code: 'action/failed', message: 'it ended with exit code 4' }],
      });
    });

    it('are absent, and its output is kept with its summary', async () => {
      expect(await run('echo fine > out/left')).toMatchObject({
        type: 'action-succeeded',
        summary: 'made of fine (exit code 0)',
      });
    });
  });

  it('keep the work directory with the log', async () => {
    const folder = projectWith({});
    const text = `version: 1\nstages:\n  bad: {kind: shell, with: {command: 'echo why; exit 3', outputs: [x]}}\n`;
    const { events } = await runEngine(folder, text);
    expect(events.find(({ type }) => type === 'action-failed')).toMatchObject({
      directory: '.pipeline/failed/bad',
      diagnostics: [{ code: 'action/failed', message: 'it ended with exit code 3', detail: 'why' }],
    });
    expect(readFileSync(join(folder, '.pipeline/failed/bad/log'), 'utf8')).toBe('why\n');
  });

  it('show the last state of a line that the command overwrote, however long it has become', async () => {
    const command = `for i in $(seq 1 300); do printf 'Progress: %d/300\\\\r' $i; done; echo done; false`;
    const text = `version: 1\nstages:\n  bad: {kind: shell, with: {command: "${command}", outputs: [x]}}\n`;
    const { events } = await runEngine(projectWith({}), text);
    expect(events.find(({ type }) => type === 'action-failed')).toMatchObject({
      diagnostics: [{ code: 'action/failed', detail: 'done' }],
    });
  });

  it.each([
    ['a missing output', 'true', 'action/missing-output'],
    ['a signal', 'kill -9 $$', 'action/killed'],
  ])('are reported for %s', async (_, command, code) => {
    const folder = projectWith({});
    const text = `version: 1\nstages:\n  bad: {kind: shell, with: {command: '${command}', outputs: [x]}}\n`;
    const { events } = await runEngine(folder, text);
    expect(events.find(({ type }) => type === 'action-failed')).toMatchObject({ diagnostics: [{ code }] });
    expect(existsSync(join(folder, '.pipeline/cache/ac'))).toBe(false);
  });

  it('are reported for a time-out, and nothing of the action is still running', async () => {
    const folder = projectWith({});
    const command = 'sleep 600 & echo $! > "$PWD/../../../../pid"; wait';
    const text = `version: 1\nstages:\n  slow: {kind: shell, timeout: 0.3 s, with: {command: '${command}', outputs: [x]}}\n`;
    const { events } = await runEngine(folder, text);
    expect(events.find(({ type }) => type === 'action-failed')).toMatchObject({
      diagnostics: [{ code: 'action/timed-out' }],
    });
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    expect(isRunning(pid)).toBe(false);
  });
});

describe('parallelism', () => {
  it('never exceeds the number of jobs, and reaches it', async () => {
    const folder = projectWith({});
    const names = ['a', 'b', 'c', 'd'];
    execFileSync('mkfifo', names, { cwd: folder });
    const stage = (name: string) =>
      `{kind: shell, with: {command: 'cat "$PWD/../../../../${name}"; echo > out/x', outputs: [x]}}`;
    const text = `version: 1\nstages:\n${names.map((name) => `  ${name}: ${stage(name)}\n`).join('')}`;
    let running = 0;
    let most = 0;
    const waiting: string[] = [];
    const { events } = await runEngine(folder, text, [], {
      jobs: 2,
      onEvent(event) {
        if (event.type === 'action-succeeded') running--;
        if (event.type !== 'action-submitted') return;
        most = Math.max(most, ++running);
        // Nothing but a second action lets the first one end, and a pipe is opened only once its reader is there.
        if (waiting.push(event.action) === 2)
          for (const name of waiting.splice(0)) void writeFile(join(folder, name), '');
      },
    });
    expect(labels(events, 'action-succeeded')).toEqual(names);
    expect(most).toBe(2);
  });
});

describe('the cache', () => {
  const blobs = (folder: string) =>
    readdirSync(join(folder, '.pipeline/cache/cas'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it('treats a truncated blob as a miss', async () => {
    const folder = projectWith({ 'source.txt': 'a\n' });
    await runEngine(folder, shellChain());
    for (const blob of blobs(folder)) truncateSync(blob, 0);
    expect(labels((await runEngine(folder, shellChain())).events, 'action-succeeded')).toEqual([
      'one',
      'two',
    ]);
  });

  it('rebuilds the contents of a damaged blob when they are needed', async () => {
    const folder = projectWith({ 'source.txt': 'abc\n' });
    await runEngine(folder, shellChain(), [], { targets: ['one'] });
    const damaged = blobs(folder).filter((path) => readFileSync(path, 'utf8') === 'abc\n');
    for (const path of damaged) {
      rmSync(path);
      writeFileSync(path, 'xyz\n');
    }
    const { events } = await runEngine(folder, shellChain());
    expect(labels(events, 'action-failed')).toEqual([]);
    expect(labels(events, 'action-succeeded')).toEqual(['one', 'two']);
    expect(labels((await runEngine(folder, shellChain())).events, 'action-started')).toEqual([]);
  });
});

describe('why', () => {
  it('follows a change back to its origin', async () => {
    const folder = projectWith({ 'source.txt': 'a\n' });
    const text = (count: number) => shellChain().replace('head -n 1', `head -n ${count}`);
    writeIn(folder, 'source.txt', 'a\nb\n');
    await runEngine(folder, text(1));
    const { events } = await runEngine(folder, text(2));
    const reasons = events.flatMap((event) => (event.type === 'action-started' ? [event.reason] : []));
    expect(reasons[0]).toContain('head -n 1');
    expect(reasons[1]).toContain('(one)');
  });

  it('plans without running', async () => {
    const folder = projectWith({ 'source.txt': 'a\n' });
    const { events, stale } = await runEngine(folder, shellChain(), [], { mode: 'plan' });
    expect(labels(events, 'action-started')).toEqual([]);
    expect(stale).toEqual([
      {
        action: 'one',
        type: 'would-run',
        run: 'process',
        isOnRealBoard: false,
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        expectedMilliseconds: null,
        reason: 'first time',
        explanation: null,
      },
      { action: 'two', type: 'may-run', needs: 'one' },
    ]);
    appendFileSync(join(folder, 'source.txt'), 'b\n');
    expect(existsSync(join(folder, '.pipeline/cache'))).toBe(false);
  });

  it('runs only what is admitted, and ends with the rest as a plan does', async () => {
    const text = `version: 1
stages:
  one: {kind: shell, with: {command: 'echo > out/x', outputs: [x]}}
  held: {kind: shell, needs: {x: one}, with: {command: 'echo > out/y', outputs: [y]}}
  behind: {kind: shell, needs: {y: held}, with: {command: 'echo > out/z', outputs: [z]}}
  beside: {kind: shell, needs: {x: one}, with: {command: 'echo > out/z', outputs: [z]}}
`;
    const folder = projectWith({});
    const { events, stale } = await runEngine(folder, text, [], {
      admits: ({ action }) => action !== 'held',
    });
    expect(labels(events, 'action-succeeded')).toEqual(['beside', 'one']);
    expect(stale).toMatchObject([
      { action: 'held', type: 'would-run', reason: 'first time' },
      { action: 'behind', type: 'may-run', needs: 'held' },
    ]);
    const again = await runEngine(folder, text);
    expect(labels(again.events, 'action-started')).toEqual(['behind', 'held']);
  });

  it.each([['{n: runs, m: fails}'], ['{n: fails, m: runs}']])(
    'a plan says of an action that something would fail before it, not that it may run: needs %s',
    async (needs) => {
      const text = `version: 1
stages:
  runs: {kind: shell, with: {command: 'echo > out/x', outputs: [x]}}
  fails: {kind: shell, with: {command: 'echo > out/x', outputs: [x], inputs: [nowhere]}}
  both: {kind: shell, needs: ${needs}, with: {command: 'cat in/*/x > out/x', outputs: [x]}}
`;
      const { events, stale } = await runEngine(projectWith({}), text, [], { mode: 'plan' });
      expect(stale.map(({ action }) => action)).toEqual(['runs']);
      expect(labels(events, 'action-failed')).toEqual(['fails']);
      expect(labels(events, 'action-blocked')).toEqual(['both']);
    },
  );
});

describe('only the targets', () => {
  it('a target runs, although an action with the same spec is not up to date and not asked for', async () => {
    const same = "{kind: shell, with: {command: 'echo x > out/x', outputs: [x]}}";
    const text = `version: 1
stages:
  a: ${same}
  c: {kind: shell, needs: {n: a}, with: {command: 'cp in/n/x out/y', outputs: [y]}}
  b: ${same}
`;
    const { events } = await runEngine(projectWith({}), text, [], { only: true, targets: ['c', 'b'] });
    expect(labels(events, 'action-failed')).toEqual(['a']);
    expect(labels(events, 'action-succeeded')).toEqual(['b']);
  });
});
