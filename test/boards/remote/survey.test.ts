import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { WantedPackage } from '../../../boards/remote/survey.ts';
import {
  digestScript,
  incomingAt,
  keptAt,
  readDigests,
  readFree,
  readSurvey,
  stateFolder,
  surveyScript,
} from '../../../boards/remote/survey.ts';
import { temporaryDirectory } from '../fixture.ts';

let state: string;

beforeEach(async () => {
  const temporary = await temporaryDirectory();
  state = temporary.path;
  return temporary.remove;
});

/** The output of the script for a board that keeps its state in `state`. */
const run = (script: string): string =>
  execFileSync('sh', ['-e', '-c', script.replaceAll(stateFolder, state)], { encoding: 'utf8' });

async function put(path: string, contents: string): Promise<void> {
  await mkdir(dirname(join(state, path)), { recursive: true });
  await writeFile(join(state, path), contents);
}

function wanted(name: string, contents: { readonly [path: string]: string }): WantedPackage {
  const files = Object.entries(contents).map(([path, text]) => ({
    path,
    sha256: createHash('sha256').update(text).digest('hex'),
    size: text.length,
  }));
  return { id: name.repeat(64), folder: '/nowhere', files };
}

describe('a survey', () => {
  const whole = wanted('a', { 'package.json': '{}', 'deep/a file': 'abc' });
  const damaged = wanted('b', { 'package.json': '{}', 'model.onnx': 'abc' });
  const partial = wanted('c', { 'package.json': '{}', "it's": 'abcdef' });

  test('of an empty board makes its folders', () => {
    const survey = readSurvey(run(surveyScript([whole])), [whole]);
    expect(survey).toMatchObject({ intact: new Set(), partial: new Map(), packages: [], deployed: [] });
    expect(survey.freeBytes).toBeGreaterThan(0);
    expect(run('ls ' + stateFolder)).toBe('packages\n');
  });

  test('reports what is intact, partial and held, in the order of last deployment', async () => {
    await put(keptAt(whole.id, 'package.json'), '{}');
    await put(keptAt(whole.id, 'deep/a file'), 'abc');
    await put(keptAt(damaged.id, 'package.json'), '{}');
    await put(keptAt(damaged.id, 'model.onnx'), 'abd');
    await put(incomingAt(partial.id, "it's"), 'abc');
    await put('deployment.json', JSON.stringify({ packages: [whole.id, 'short'] }, null, 2));
    await utimes(join(state, keptAt(whole.id)), 1000, 1000);
    const all = [whole, damaged, partial];
    expect(readSurvey(run(surveyScript(all)), all)).toMatchObject({
      intact: new Set([whole.id]),
      partial: new Map([[incomingAt(partial.id, "it's"), 3]]),
      packages: [damaged.id, whole.id],
      deployed: [whole.id],
    });
  });

  test('is not misled by other output of the board', () => {
    const output = `Welcome!\nsize\nsize x\ndf nothing\npackage ../x\npackage .incoming-x\n`;
    expect(readSurvey(output, [whole])).toEqual({
      freeBytes: 0,
      intact: new Set(),
      partial: new Map(),
      packages: [],
      deployed: [],
    });
  });
});

test('digests are those of the bytes, and missing files have none', async () => {
  await put('packages/x', 'abc');
  expect(readDigests(run(digestScript(['packages/x', 'packages/y'])))).toEqual(
    new Map([['packages/x', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']]),
  );
});

test.each([
  ['coreutils', '/dev/mmcblk0p2        14976600 3029112  11165720      22% /'],
  ['busybox', '/dev/root 14976600 3029112 11165720 22% /mnt/my disk'],
  ['a share with blanks', '//nas/my files 14976600 3029112 11165720 22% /mnt'],
])('free space is read as %s writes it', (_, row) => {
  const head = 'df Filesystem           1024-blocks    Used Available Capacity Mounted on\n';
  expect(readFree(`${head}df ${row}\n`)).toBe(11165720 * 1024);
});
