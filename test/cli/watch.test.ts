import { appendFileSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples, readJson } from '../finn/network.ts';
import { pipeline } from '../rig/command.ts';
import { projectWith, writeIn } from '../rig/project.ts';
import { projectsThatRan } from '../rig/ran.ts';
import type { Planned, Told, Watching } from '../rig/watching.ts';
import { freshPlan, statesIn, watching } from '../rig/watching.ts';

const shell = (command: string, more = ''): string =>
  `{kind: shell, with: {command: '${command}', outputs: [x]${more}}}`;
const project = (stages: string): string => `version: 1\nstages:\n${stages}`;
const reading = project(
  `  one: ${shell('cat in/files/data/* > out/x', ', inputs: [data]')}\n  two: {kind: shell, needs: {x: one}, with: {command: 'cat in/x/x > out/x', outputs: [x]}}\n`,
);

const isQuiet = ({ runs }: Planned): boolean => runs.length === 0;
const typesOf = ({ actions }: Planned): Record<string, string> =>
  Object.fromEntries(actions.map(({ action, type }) => [action, type]));
const isUpToDate = (plan: Planned): boolean =>
  plan.actions.length > 0 && Object.values(typesOf(plan)).every((type) => type === 'up-to-date');
const says =
  (action: string, type: string) =>
  (plan: Planned): boolean =>
    typesOf(plan)[action] === type;
const hasProblem =
  (code: string) =>
  ({ diagnostics }: Planned): boolean =>
    diagnostics.some((each) => each.code === code);
const isSuccess =
  (action: string) =>
  (event: Told): event is Extract<Told, { readonly type: 'action-succeeded' }> =>
    event.type === 'action-succeeded' && event.action === action;

const ran = projectsThatRan();
/** A project whose stages have run, and are known to be quick. */
const knownQuick = (text: string, files: { readonly [path: string]: string }) =>
  ran({ 'pipeline.yaml': text, ...files });

/** Such a project, watched, and found up to date. */
async function watchingQuick(text: string, files: { readonly [path: string]: string }) {
  const folder = await knownQuick(text, files);
  const watch = watching(folder);
  await watch.plan(isUpToDate);
  return { folder, watch };
}

/** As editors save: a new file in place of the old one. */
function replace(folder: string, path: string, text: string): void {
  writeFileSync(join(folder, '.draft'), text);
  renameSync(join(folder, '.draft'), join(folder, path));
}

/** Whatever runs. */
async function stopped(watch: Watching): Promise<void> {
  watch.signal('SIGTERM');
  expect(await watch.ended()).toBe(130);
}

describe('pipeline watch', () => {
  it('runs our own work on every save, and shows what it says', async () => {
    const names = ['model.onnx', 'specialize.json', 'folding.json'];
    const text =
      project(`  preprocess: {kind: finn/preprocess, with: {model: model.onnx, specialize: specialize.json}}
  estimate: {kind: finn/estimate, needs: {model: preprocess}, with: {folding: folding.json}}
  after: {kind: shell, needs: {x: estimate}, with: {command: 'ls in/x > out/x', outputs: [x]}}
`);
    const files = names.map((name) => [name, readFileSync(join(examples, 'tfc-w2a2', name))] as const);
    const folder = projectWith({ ...Object.fromEntries(files), 'pipeline.yaml': text });
    const watch = watching(folder);
    const first = await watch.next(isSuccess('estimate'));
    // What a program takes is not known before it has run.
    const plan = await watch.plan(isQuiet);
    expect(typesOf(plan)).toEqual({ preprocess: 'up-to-date', estimate: 'up-to-date', after: 'would-run' });
    const folding = readJson<Record<string, object>>(join(folder, 'folding.json'));
    replace(
      folder,
      'folding.json',
      JSON.stringify({ ...folding, MVAU_hls_0: { ...folding['MVAU_hls_0'], PE: 8 } }),
    );
    const changed = await watch.plan(says('estimate', 'would-run'));
    expect(changed.runs).toEqual(['estimate']);
    expect(changed.actions).toContainEqual(
      expect.objectContaining({ action: 'estimate', reason: 'folding MVAU_hls_0.PE 16 → 8' }),
    );
    const second = await watch.next(isSuccess('estimate'));
    expect(second.summary).not.toBe(first.summary);
    expect(statesIn(await watch.plan(isQuiet))).toEqual(await freshPlan(folder));
    await stopped(watch);
  });

  it('only says what would run if a program may take long, and runs it with --yes', async () => {
    const folder = projectWith({ 'pipeline.yaml': reading, 'data/a': '1' });
    const watch = watching(folder);
    expect(typesOf(await watch.plan(() => true))).toEqual({ one: 'would-run', two: 'may-run' });
    writeIn(folder, 'data/a', '2');
    expect((await watch.plan(() => true)).runs).toEqual([]);
    await stopped(watch);
    expect(watch.events.filter(({ type }) => type === 'run-started')).toEqual([]);
    const eager = watching(folder, ['--yes']);
    expect(typesOf(await eager.plan(isUpToDate))).toEqual({ one: 'up-to-date', two: 'up-to-date' });
  });

  it.each<[string, (folder: string) => void]>([
    ['written in place', (folder) => writeIn(folder, 'data/a', 'new')],
    ['replaced by another', (folder) => replace(folder, 'data/a', 'new')],
    [
      'moved away before it is written, as by Emacs',
      (folder) => {
        renameSync(join(folder, 'data/a'), join(folder, 'data.old'));
        writeIn(folder, 'data/a', 'new');
      },
    ],
    [
      'deleted with its folder, and made again',
      (folder) => {
        rmSync(join(folder, 'data'), { recursive: true });
        writeIn(folder, 'data/a', 'new');
      },
    ],
    ['joined by one in a new folder', (folder) => writeIn(folder, 'data/b', 'new')],
  ])('sees a file that is %s', async (_, edit) => {
    const { folder, watch } = await watchingQuick(reading, { 'data/a': 'a' });
    edit(folder);
    await watch.next(isSuccess('two'));
    await watch.plan(isUpToDate);
    // Not only the first time.
    edit(folder);
    appendFileSync(join(folder, 'data/a'), ' and more');
    await watch.next(isSuccess('two'));
    expect(statesIn(await watch.plan(isUpToDate))).toEqual(await freshPlan(folder));
    await stopped(watch);
  });

  it('sees changes behind links, also where a link leads after it was changed', async () => {
    const folder = projectWith({ 'pipeline.yaml': reading, 'store/1/a': 'one', 'store/2/a': 'two' });
    symlinkSync('store/1', join(folder, 'data'));
    expect((await pipeline(folder, 'run')).code).toBe(0);
    const watch = watching(folder);
    await watch.plan(isUpToDate);
    for (const change of [
      () => replace(folder, 'store/1/a', 'uno'),
      () => {
        symlinkSync('store/2', join(folder, 'next'));
        renameSync(join(folder, 'next'), join(folder, 'data'));
      },
      () => writeIn(folder, 'store/2/a', 'due'),
    ]) {
      change();
      await watch.next(isSuccess('one'));
      await watch.plan(isUpToDate);
    }
    await stopped(watch);
  });

  it('says what a plan says of a file that is missing, and goes on when it is back', async () => {
    const { folder, watch } = await watchingQuick(reading, { 'data/a': 'a' });
    rmSync(join(folder, 'data'), { recursive: true });
    expect(statesIn(await watch.plan(hasProblem('file/missing')))).toEqual(await freshPlan(folder));
    writeIn(folder, 'data/a', 'a');
    expect(await watch.plan(isUpToDate)).toMatchObject({ diagnostics: [] });
    await stopped(watch);
  });

  it('waits for a pipeline.yaml that is valid, and then watches what that one names', async () => {
    const { folder, watch } = await watchingQuick(reading, { 'data/a': 'a', 'more/b': 'b' });
    replace(folder, 'pipeline.yaml', 'version: 1\nstages: [');
    expect((await watch.plan(hasProblem('config/yaml-syntax'))).actions).toEqual([]);
    replace(folder, 'pipeline.yaml', reading.replace('data/*', 'more/*').replace('[data]', '[more]'));
    await watch.next(isSuccess('two'));
    await watch.plan(isUpToDate);
    writeIn(folder, 'more/b', 'c');
    await watch.next(isSuccess('two'));
    await watch.plan(isUpToDate);
    const planned = watch.events.filter(({ type }) => type === 'watch-planned').length;
    writeIn(folder, 'data/a', 'no input any more');
    writeIn(folder, 'more/b', 'd');
    expect((await watch.plan(() => true)).runs).toEqual(['one']);
    expect(watch.events.filter(({ type }) => type === 'watch-planned').length).toBe(planned + 1);
    await watch.plan(isUpToDate);
    await stopped(watch);
  });

  it('makes few plans of a burst of changes', async () => {
    const { folder, watch } = await watchingQuick(reading, { 'data/a': 'a' });
    for (let index = 0; index < 300; index++) writeIn(folder, `data/${index}`, String(index));
    await watch.next(isSuccess('one'));
    expect(statesIn(await watch.plan(isUpToDate))).toEqual(await freshPlan(folder));
    await stopped(watch);
    // One; where the machine is busy, the system reports a burst in pieces.
    expect(watch.events.filter(({ type }) => type === 'watch-changed').length).toBeLessThan(10);
  });

  it('does not try again what failed, until something changes', async () => {
    const text = project(
      `  one: ${shell('grep -q good in/files/data/a && touch out/x', ', inputs: [data]')}\n`,
    );
    const { folder, watch } = await watchingQuick(text, { 'data/a': 'good' });
    writeIn(folder, 'data/a', 'bad');
    const failure = (event: Told): event is Told => event.type === 'action-failed';
    await watch.next(failure);
    expect(await watch.plan(() => true)).toMatchObject({ runs: [] });
    writeIn(folder, 'data/a', 'good again');
    await watch.plan(isUpToDate);
    await stopped(watch);
    expect(watch.events.filter(failure)).toHaveLength(1);
  });

  const waits = (seconds: number) => project(`  one: ${shell(`sleep ${seconds}; touch out/x`)}\n`);

  it('stops what runs at the first Ctrl-C, goes on watching, and ends at the second', async () => {
    const { folder, watch } = await watchingQuick(waits(0), {});
    replace(folder, 'pipeline.yaml', waits(100));
    await watch.next((event): event is Told => event.type === 'action-submitted');
    watch.signal('SIGINT');
    await watch.next((event): event is Told => event.type === 'action-cancelled');
    expect(await watch.plan(() => true)).toMatchObject({ runs: [] });
    replace(folder, 'pipeline.yaml', waits(0.1));
    await watch.next(isSuccess('one'));
    await watch.plan(isUpToDate);
    watch.signal('SIGINT');
    expect(await watch.ended()).toBe(130);
  });

  it('ends a quick run that a save makes pointless, and begins again', async () => {
    const { folder, watch } = await watchingQuick(waits(0), {});
    replace(folder, 'pipeline.yaml', waits(100));
    await watch.next((event): event is Told => event.type === 'action-submitted');
    replace(folder, 'pipeline.yaml', waits(0.1));
    await watch.next(isSuccess('one'));
    expect(statesIn(await watch.plan(isUpToDate))).toEqual(await freshPlan(folder));
    await stopped(watch);
  });

  it('looks for changes if the system cannot report them', async () => {
    const folder = await knownQuick(reading, { 'data/a': 'a' });
    const preload = projectWith({
      'full.mjs': `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
fs.watch = () => { throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' }); };
syncBuiltinESMExports();`,
    });
    const watch = watching(folder, [], { NODE_OPTIONS: `--import=${join(preload, 'full.mjs')}` });
    await watch.next((event): event is Told => event.type === 'watch-polling');
    await watch.plan(isUpToDate);
    writeIn(folder, 'data/a', 'longer than before');
    await watch.next(isSuccess('one'));
    await watch.plan(isUpToDate);
    writeIn(folder, 'data/b', 'new');
    await watch.next(isSuccess('one'));
    await watch.plan(isUpToDate);
    await stopped(watch);
  });

  it('refuses an unknown target', async () => {
    const folder = projectWith({ 'pipeline.yaml': reading, 'data/a': 'a' });
    expect(await pipeline(folder, 'watch', 'three')).toMatchObject({ code: 2 });
  });
});
