import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pipeline } from '../rig/command.ts';
import { copyOf, projectWith, temporaryFolderForSuite, writeIn } from '../rig/project.ts';

const project = (word: string, more = '') => `version: 1
stages:
  one: {kind: shell, with: {command: 'echo ${word} > out/x', outputs: [x]}}
  two: {kind: shell, needs: {x: one}, with: {command: 'cat in/x/x in/files/source.txt > out/y', inputs: [source.txt], outputs: [y]}}
${more}`;
const third = `  three: {kind: shell, with: {command: 'exit 3', outputs: [z]}}\n`;

const original = temporaryFolderForSuite();
beforeAll(async () => {
  writeIn(original, 'pipeline.yaml', project('a'));
  writeIn(original, 'source.txt', 'first');
  await pipeline(original, 'run');
  writeIn(original, 'pipeline.yaml', project('b'));
  writeIn(original, 'source.txt', 'second');
  await pipeline(original, 'run');
  writeIn(original, 'pipeline.yaml', project('b', third));
  await pipeline(original, 'run');
  // A run with nothing to do leaves no journal.
  await pipeline(original, 'run', 'two');
});

/** A project with three runs: a first one, one with changes, and one that failed. */
const withRuns = () => copyOf(original);

describe('pipeline history', () => {
  it('has a line for each run that did something, with its reason or what failed', async () => {
    const folder = withRuns();
    const { out, code } = await pipeline(folder, 'history');
    expect(code).toBe(0);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .replace(/\d{4}-\d\d-\d\d \d\d:\d\d|\d+ ms/g, '#')
          .replace(/ +/g, ' ')
          .trim(),
      );
    expect(lines).toEqual([
      'run began result took ran why',
      '1 # ok # 2 of 2 one: first time, and 1 other',
      '2 # ok # 2 of 2 one: run argv.3 echo a > out/x → echo b > out/x, and 1 other'.replace(
        'run argv.3',
        'run.argv.3',
      ),
      '3 # failed # 0 of 3 failed: three',
    ]);
    const last = await pipeline(folder, 'history', '--json', '--count', '1');
    expect(JSON.parse(last.out)).toMatchObject({
      type: 'run',
      number: 3,
      outcome: 'failed',
      ran: [{ action: 'three', outcome: 'failed' }],
    });
  });

  it('says so if nothing has run', async () => {
    expect((await pipeline(projectWith({ 'pipeline.yaml': project('a') }), 'history')).out).toBe(
      'nothing has run here yet\n',
    );
  });
});

describe('pipeline diff', () => {
  it('shows what differs between two runs: parameters, input files, and what is in one of them only', async () => {
    const folder = withRuns();
    expect((await pipeline(folder, 'diff', '1', '2')).out).toBe(`run 1 → run 2
one
  run.argv.3 echo a > out/x → echo b > out/x
two
  input files: source.txt
  input x
2 actions differ, 0 the same
`);
    expect((await pipeline(folder, 'diff')).out).toBe(`run 2 → run 3
three: only in run 3
1 action differs, 2 the same
`);
    const lines = (await pipeline(folder, 'diff', '1', '--json')).out.trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      type: 'compared',
      before: 1,
      after: 3,
      differ: 3,
      same: 0,
    });
  });

  it('refuses a run that is not known', async () => {
    const folder = withRuns();
    const { code, error } = await pipeline(folder, 'diff', '9');
    expect(code).toBe(2);
    expect(error).toContain('there is no record of a run 9\n  hint: pipeline history lists the runs, 1 to 3');
  });
});

describe('pipeline trace', () => {
  it('writes the actions of a run as events of the Trace Event Format', async () => {
    const folder = withRuns();
    const { traceEvents } = JSON.parse((await pipeline(folder, 'trace', '2')).out) as {
      traceEvents: readonly { name: string; ph: string; ts: number; dur: number; tid: number }[];
    };
    expect(traceEvents.map(({ name, ph, tid }) => [name, ph, tid])).toEqual([
      ['one', 'X', 1],
      ['two', 'X', 1],
    ]);
    const [one, two] = traceEvents;
    expect(two!.ts).toBeGreaterThanOrEqual(one!.ts + one!.dur);
  });
});

describe('--notify', () => {
  const note = 'echo "$PIPELINE_EVENT|$PIPELINE_RESULT|$PIPELINE_ACTION|$PIPELINE_MESSAGE" >> notes';

  it('runs a command at the first failure and at the end', async () => {
    const folder = projectWith({ 'pipeline.yaml': project('a', third), 'source.txt': '' });
    await pipeline(folder, 'run', '--notify', note);
    const notes = readFileSync(join(folder, 'notes'), 'utf8').trimEnd().split('\n').sort();
    expect(notes[0]).toBe('failed||three|three failed: it ended with exit code 3');
    expect(notes[1]).toMatch(/^finished\|failed\|three\|failed: 2 ran, 1 failed in /);
    expect(notes).toHaveLength(2);
  });

  it('runs none for a run with nothing to do, and no failure of it matters', async () => {
    const folder = projectWith({ 'pipeline.yaml': project('a'), 'source.txt': '' });
    expect((await pipeline(folder, 'run', '--notify', 'exit 3')).code).toBe(0);
    expect((await pipeline(folder, 'run', '--notify', note)).code).toBe(0);
    expect(() => readFileSync(join(folder, 'notes'))).toThrow();
  });
});
