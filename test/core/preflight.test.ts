import { describe, expect, it } from 'vitest';
import { problem, warning } from '../../base/diagnostic.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { PendingStage } from '../../core/contracts/check.ts';
import type { EngineOptions } from '../rig/engine.ts';
import { runEngine } from '../rig/engine.ts';
import { labels } from '../rig/events.ts';
import { each, fan } from '../rig/kinds.ts';
import { projectWith, writeIn } from '../rig/project.ts';

/** `b` needs what `a` makes of its input, the first line of a file; `c` depends on nothing. */
const text = `version: 1
stages:
  a: {kind: shell, with: {command: 'head -n 1 in/files/input > out/x', inputs: [input], outputs: [x]}}
  b: {kind: shell, needs: {a: a.x}, with: {command: 'cp in/a/x out/y', outputs: [y]}}
  c: {kind: shell, with: {command: 'echo > out/z', outputs: [z]}}
`;

const broken = problem('tool/missing', 'there is no hammer');

/** Runs the pipeline and keeps what the look ahead was asked, which finds these problems. */
async function run(
  folder: string,
  found: readonly Diagnostic[] = [],
  options: EngineOptions = {},
  file = text,
) {
  const asked: (readonly PendingStage[])[] = [];
  const { events } = await runEngine(folder, file, [fan, each], {
    preflight(pending) {
      asked.push(pending);
      return Promise.resolve(found);
    },
    ...options,
  });
  const pending = asked.map((stages) =>
    stages.map(({ stage, isCertain }) => `${stage.name} ${isCertain ? 'runs' : 'may run'}`),
  );
  return { events, pending };
}

describe('what would stop a run is looked for before its first action', () => {
  it('once, for every stage that has something left to do', async () => {
    const folder = projectWith({ input: 'one\n' });
    expect((await run(folder)).pending).toEqual([['a runs', 'b runs', 'c runs']]);
  });

  it('not in a run with nothing to do', async () => {
    const folder = projectWith({ input: 'one\n' });
    await run(folder);
    const { events, pending } = await run(folder, [broken]);
    expect(pending).toEqual([]);
    expect(labels(events, 'action-cached')).toEqual(['a', 'b', 'c']);
  });

  it('an error stops the run before anything starts, and is reported once', async () => {
    const folder = projectWith({ input: 'one\n' });
    const { events } = await run(folder, [broken, warning('tool/old', 'the hammer is old')]);
    expect(events.filter(({ type }) => type === 'run-checked')).toMatchObject([
      { diagnostics: [broken, { code: 'tool/old', severity: 'warning' }], isRefused: true },
    ]);
    expect(labels(events, 'action-started')).toEqual([]);
    expect(labels(events, 'action-cancelled')).toEqual(['a', 'c']);
    expect(labels(events, 'action-blocked')).toEqual(['b']);
  });

  it('a warning stops nothing', async () => {
    const folder = projectWith({ input: 'one\n' });
    const { events } = await run(folder, [warning('tool/old', 'the hammer is old')]);
    expect(events.filter(({ type }) => type === 'run-checked')).toMatchObject([{ isRefused: false }]);
    expect(new Set(labels(events, 'action-succeeded'))).toEqual(new Set(['a', 'b', 'c']));
  });

  it('stages whose actions are all up to date do not count', async () => {
    const folder = projectWith({ input: 'one\n' });
    await run(folder);
    const { pending } = await run(folder, [], {}, text.replace('echo > out/z', 'echo 2 > out/z'));
    expect(pending).toEqual([['c runs']]);
  });

  it('a stage that has results may turn out to be up to date, and does', async () => {
    const folder = projectWith({ input: 'one\n' });
    await run(folder);
    writeIn(folder, 'input', 'one\ntwo\n');
    const { events, pending } = await run(folder);
    expect(pending).toEqual([['a runs', 'b may run']]);
    expect(labels(events, 'action-started')).toEqual(['a']);
  });

  it('stages that are not selected do not count, nor with --only those that are no target', async () => {
    const folder = projectWith({ input: 'one\n' });
    expect((await run(folder, [], { targets: ['a'] })).pending).toEqual([['a runs']]);
    expect((await run(folder, [], { targets: ['b', 'c'], only: true })).pending).toEqual([
      ['b runs', 'c runs'],
    ]);
  });

  it('a stage whose items are not known yet counts', async () => {
    const file = `version: 1
stages:
  f: {kind: fan, with: {lines: list}}
  e: {kind: each, foreach: f.items, with: {command: 'cp in/item/line out/made'}}
`;
    const folder = projectWith({ list: 'x\ny\n' });
    expect((await run(folder, [], {}, file)).pending).toEqual([['f runs', 'e runs']]);
  });

  it('what an action has failed with already is not reported again', async () => {
    const file = text.replace("command: 'echo > out/z'", "inputs: [none], command: 'echo > out/z'");
    const missing = problem('file/missing', 'there is no file none', { hint: 'anything' });
    const { events } = await run(projectWith({ input: 'one\n' }), [missing], {}, file);
    expect(labels(events, 'action-failed')).toEqual(['c']);
    expect(events.filter(({ type }) => type === 'run-checked')).toMatchObject([
      { diagnostics: [], isRefused: true },
    ]);
    expect(labels(events, 'action-started')).toEqual([]);
  });

  it('a plan lists the same stages', async () => {
    const folder = projectWith({ input: 'one\n' });
    await run(folder);
    writeIn(folder, 'input', 'one\ntwo\n');
    const planned = await runEngine(folder, text, [], { mode: 'plan' });
    const shown = planned.pending.map(({ stage, isCertain }) => [stage.name, isCertain]);
    expect(shown).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });
});
