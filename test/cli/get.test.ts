import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../base/digest.ts';
import { filesBelow } from '../../base/files-below.ts';
import { pipeline } from '../rig/command.ts';
import { parseEvents } from '../rig/events.ts';
import { projectWith } from '../rig/project.ts';
import { projectsThatRan } from '../rig/ran.ts';

const stages = `version: 1
stages:
  make:
    kind: shell
    with:
      inputs: [word]
      outputs: [site, note]
      command: |
        mkdir -p out/site/deep
        cp in/files/word out/site/deep/page
        printf '#!/bin/sh\\n' > out/site/run.sh
        chmod +x out/site/run.sh
        cp in/files/word out/note
  use:
    kind: shell
    needs: { from: make.note }
    with: { outputs: [copy], command: 'cp in/from/note out/copy' }
`;

const ran = projectsThatRan();
const made = () => ran({ 'pipeline.yaml': stages, word: 'one' });

describe('pipeline get', () => {
  it('copies an output, all outputs of a stage, and programs as programs', async () => {
    const folder = await made();
    expect(await pipeline(folder, 'get', 'make.site')).toEqual({
      code: 0,
      out: '2 files, 13 B, in site\n',
      error: '',
    });
    expect(filesBelow(join(folder, 'site'), '')).toEqual(['deep/page', 'run.sh']);
    expect(statSync(join(folder, 'site/run.sh')).mode & 0o100).toBe(0o100);
    expect(statSync(join(folder, 'site/deep/page')).mode & 0o100).toBe(0);
    expect(await pipeline(folder, 'get', 'make', 'all/of/it')).toMatchObject({ code: 0 });
    expect(filesBelow(join(folder, 'all/of/it'), '')).toEqual(['note', 'site/deep/page', 'site/run.sh']);
    expect(await pipeline(folder, 'get', 'use')).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'use/copy'), 'utf8')).toBe('one');
  });

  it('gives a copy of its own: a change of it leaves the cache as it is', async () => {
    const folder = await made();
    await pipeline(folder, 'get', 'make.note', 'a');
    expect(lstatSync(join(folder, 'a/note')).nlink).toBe(1);
    writeFileSync(join(folder, 'a/note'), 'changed');
    await pipeline(folder, 'get', 'make.note', 'b');
    expect(readFileSync(join(folder, 'b/note'), 'utf8')).toBe('one');
  });

  it('leaves other files as they are, unless it is forced', async () => {
    const folder = await made();
    mkdirSync(join(folder, 'note'));
    writeFileSync(join(folder, 'note/note'), 'mine');
    writeFileSync(join(folder, 'note/other'), 'mine too');
    const { code, error } = await pipeline(folder, 'get', 'make.note');
    expect(code).toBe(2);
    expect(error).toContain('error[usage/file-exists]: note/note already exists\n');
    expect(readFileSync(join(folder, 'note/note'), 'utf8')).toBe('mine');
    expect(await pipeline(folder, 'get', 'make.note', '--force')).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'note/note'), 'utf8')).toBe('one');
    expect(readFileSync(join(folder, 'note/other'), 'utf8')).toBe('mine too');
    // What is there already is what was asked for.
    expect(await pipeline(folder, 'get', 'make.note')).toMatchObject({ code: 0 });
  });

  it('follows no link below the folder, and replaces none', async () => {
    const folder = await made();
    mkdirSync(join(folder, 'elsewhere'));
    mkdirSync(join(folder, 'site'));
    symlinkSync('../elsewhere', join(folder, 'site/deep'));
    for (const more of [[], ['--force']]) {
      const { code, error } = await pipeline(folder, 'get', 'make.site', ...more);
      expect(code).toBe(2);
      expect(error).toContain('site/deep is not a folder');
    }
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
    unlinkSync(join(folder, 'site/deep'));
    writeFileSync(join(folder, 'elsewhere/mine'), 'mine');
    symlinkSync('../elsewhere/mine', join(folder, 'site/run.sh'));
    expect(await pipeline(folder, 'get', 'make.site', '--force')).toMatchObject({ code: 0 });
    expect(lstatSync(join(folder, 'site/run.sh')).isFile()).toBe(true);
    expect(readFileSync(join(folder, 'elsewhere/mine'), 'utf8')).toBe('mine');
  });

  it('gives the last result with a warning if it is not up to date', async () => {
    const folder = await made();
    writeFileSync(join(folder, 'word'), 'two');
    const { code, error } = await pipeline(folder, 'get', 'use.copy');
    expect(code).toBe(0);
    expect(error).toContain('warning[usage/last-result]: this is the last result of use: make would run: ');
    expect(error).toContain('hint: pipeline run use brings it up to date\n');
    expect(readFileSync(join(folder, 'copy/copy'), 'utf8')).toBe('one');
  });

  it('refuses what has no result, and says how to make one', async () => {
    const folder = projectWith({ 'pipeline.yaml': stages, word: 'one' });
    const { code, error } = await pipeline(folder, 'get', 'make.site');
    expect(code).toBe(2);
    expect(error).toBe(
      'error[usage/no-result]: there is no result of make yet\n  hint: pipeline run make makes it\n',
    );
    expect(existsSync(join(folder, 'site'))).toBe(false);
    expect((await pipeline(folder, 'get', 'make.sit')).error).toContain('did you mean site?');
    expect((await pipeline(folder, 'get', 'mak')).error).toContain('did you mean make?');
  });

  it('says which files it wrote, for programs', async () => {
    const folder = await made();
    const { out } = await pipeline(folder, 'get', 'make', 'all', '--json');
    expect(parseEvents(out)).toContainEqual({
      type: 'file',
      action: 'make',
      port: 'site',
      path: 'all/site/deep/page',
      size: 3,
      sha256: sha256('one'),
    });
  });
});
