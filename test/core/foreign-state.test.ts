import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRegularText } from '../../base/regular-file.ts';
import { sealed } from '../../base/sealed.ts';
import { finishedJobOf } from '../../core/state/attempts.ts';
import { failureOf, keepFailure } from '../../core/state/failures.ts';
import { prepareState, strangeness } from '../../core/state/home.ts';
import { closeKilledJournals } from '../../core/state/journal.ts';
import { layoutOf } from '../../core/state/layout.ts';
import { keepSpec } from '../../core/state/specs.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';

/** A project, and a file outside it that must stay as it is. */
function ground(files: { readonly [path: string]: string } = {}) {
  const folder = projectWith(files);
  const outside = projectWith({ 'out/x': 'mine' });
  const layout = layoutOf(folder);
  return {
    folder,
    outside,
    layout,
    isUntouched: () => readFileSync(join(outside, 'out/x'), 'utf8') === 'mine',
  };
}

const digest = 'a'.repeat(64);
const finished = sealed('finished job', { fingerprint: digest, report: {} });

describe('what leads out of the project is not followed:', () => {
  it.each<[string, (target: string, path: string) => void]>([
    ['a link', symlinkSync],
    ['a hard link', linkSync],
    ['a pipe', (_, path) => execFileSync('mkfifo', [path])],
  ])('%s in the place of the journal of a killed run, which is deleted', (_, make) => {
    const { outside, layout, isUntouched } = ground();
    mkdirSync(layout.journal, { recursive: true });
    make(join(outside, 'out/x'), join(layout.journal, '00000001-x.jsonl'));
    closeKilledJournals(layout, 0);
    expect(isUntouched()).toBe(true);
    expect(readdirSync(layout.journal)).toEqual([]);
  });

  it('a folder of specs', () => {
    const { outside, layout } = ground();
    mkdirSync(layout.specs, { recursive: true });
    symlinkSync(outside, join(layout.specs, 'aa'));
    keepSpec(layout, digest, {
      spec: {
        kind: 'shell',
        recipe: 1,
        params: {},
        inputs: {},
        tools: {},
        run: { type: 'builtin', name: 'x' },
        outputs: [],
      },
      files: {},
    });
    expect(readdirSync(outside)).toEqual(['out']);
    expect(existsSync(join(layout.specs, 'aa', digest))).toBe(true);
  });

  it.each(['job', ''])('the folder of an attempt that ended well: .pipeline/failed/a/%s', (part) => {
    const { outside, layout } = ground({ '.pipeline/failed/a/finished.json': finished });
    writeIn(outside, 'finished.json', finished);
    mkdirSync(join(outside, 'job'));
    const path = join(layout.failed, 'a', part);
    rmSync(path, { recursive: true, force: true });
    symlinkSync(outside, path);
    expect(finishedJobOf(failureOf(layout, 'a'))).toBeNull();
  });

  it('the folder of an emulated board', () => {
    const { outside, layout } = ground();
    mkdirSync(join(layout.boards, 'zed0'), { recursive: true });
    symlinkSync(outside, join(layout.boards, 'zed0/packages'));
    expect(strangeness(layout)).toEqual({
      path: '.pipeline/boards/zed0/packages',
      why: 'is a link to another place',
    });
  });

  it('.gitignore, which is made anew', () => {
    const { outside, layout } = ground();
    mkdirSync(layout.root);
    symlinkSync(join(outside, 'new'), join(layout.root, '.gitignore'));
    prepareState(layout);
    expect(existsSync(join(outside, 'new'))).toBe(false);
    expect(lstatSync(join(layout.root, '.gitignore')).isFile()).toBe(true);
  });
});

it('an attempt that was kept and could not be stored again stays', () => {
  const { layout } = ground({
    '.pipeline/failed/a/job/out/x': 'hours',
    '.pipeline/failed/a/finished.json': finished,
  });
  expect(keepFailure(layout, 'a', failureOf(layout, 'a'))).toBe('.pipeline/failed/a');
  expect(readFileSync(join(layout.failed, 'a/job/out/x'), 'utf8')).toBe('hours');
});

it('a file of our own that is larger than a text may be is damaged', () => {
  const path = join(temporaryFolder(), 'ledger.json');
  execFileSync('truncate', ['-s', '700M', path]);
  expect(readRegularText(path)).toBeNull();
});
