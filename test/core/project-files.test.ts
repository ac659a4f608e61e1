import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../core/config/load.ts';
import type { ExecutionEvent } from '../../core/contracts/events.ts';
import { registryWith } from '../rig/engine.ts';
import { runEngine } from '../rig/engine.ts';
import { projectWith, temporaryFolder, writeIn } from '../rig/project.ts';

const problems = (events: readonly ExecutionEvent[]) =>
  events.flatMap((event) => (event.type === 'action-failed' ? event.diagnostics : []));

describe('a file outside the project is refused as an input of every kind of stage', () => {
  const kinds = {
    'content of a model': '{kind: finn/preprocess, with: {model: FILE}}',
    'content of images': '{kind: verify, needs: {whole: m, host: m, parts: m}, with: {inputs: FILE}}',
    'a JSON file': '{kind: finn/preprocess, with: {model: m.onnx, specialize: FILE}}',
    'a path of a command': "{kind: shell, with: {command: 'true', outputs: [o], inputs: [x, FILE]}}",
  };
  const files = ['../x', '/etc/passwd', 'data/../../x', '..'];
  const absolute = {
    message: '/etc/passwd is not a relative path',
    hint: 'paths are relative to the folder of pipeline.yaml; copy or link a file into it that is elsewhere',
  };
  const outside = (file: string) => ({
    message: `${file} is outside the project`,
    hint: 'inputs are named relative to pipeline.yaml; copy or link the file into the project',
  });

  it.each(
    Object.entries(kinds).flatMap(([kind, stage]) => files.map((file) => [kind, file, stage] as const)),
  )('%s: %s', async (_, file, stage) => {
    const line = `  a: ${stage.replace('FILE', file)}`;
    const text = `version: 1\nstages:\n  m: {kind: finn/preprocess, with: {model: m.onnx}}\n${line}\n`;
    const loaded = await loadPlan('pipeline.yaml', text, null, registryWith([]));
    expect(loaded).toEqual({
      ok: false,
      diagnostics: [
        {
          code: 'file/outside',
          severity: 'error',
          ...(file.startsWith('/') ? absolute : outside(file)),
          place: { file: 'pipeline.yaml', line: 4, column: line.indexOf(file) + 1, length: file.length },
        },
      ],
    });
  });

  it('but may be linked into it, and a path that stays inside may be written in any way', async () => {
    const theirs = temporaryFolder();
    writeIn(theirs, 'images', '1');
    const folder = projectWith({ 'in/f': '1' });
    symlinkSync(theirs, join(folder, 'data'));
    const text =
      "version: 1\nstages:\n  a: {kind: shell, with: {command: 'cp -rL in/files out/o', outputs: [o], inputs: [data/images, ./in/../in/f, '..hidden']}}\n";
    writeIn(folder, '..hidden', '');
    expect(problems((await runEngine(folder, text)).events)).toEqual([]);
  });
});

describe('a key file is never an input', () => {
  const copying = (inputs: string, tools = '') =>
    `version: 1\n${tools}stages:\n  a: {kind: shell, with: {command: 'cp -rL in/files out/o', outputs: [o], inputs: [${inputs}]}}\n`;
  const kept = (folder: string) =>
    readdirSync(join(folder, '.pipeline'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');
  const secret = 'c0ffee'.repeat(10);

  it.each([
    ['the default one', '', 'cluster.key'],
    ['a configured one', 'tools: {boards: {key: keys/lab.key}}\n', 'keys/lab.key'],
    ['that of a profile', 'profiles: {lab: {tools: {boards: {key: lab.key}}}}\n', 'lab.key'],
  ])('%s is left out of a folder, under whatever name', async (_, tools, name) => {
    const folder = projectWith({ f: '1', [name]: secret });
    symlinkSync(join(folder, name), join(folder, 'linked'));
    linkSync(join(folder, name), join(folder, 'hard'));
    const { events } = await runEngine(folder, copying("'.'", tools));
    expect(problems(events)).toEqual([]);
    expect(kept(folder)).toContain('"f"');
    expect(kept(folder)).not.toContain(secret);
  });

  const named = {
    'a path of a command': copying('f, cluster.key'),
    'a link to it': copying('linked'),
    'a model': 'version: 1\nstages:\n  a: {kind: finn/preprocess, with: {model: cluster.key}}\n',
    'a JSON file':
      'version: 1\nstages:\n  a: {kind: finn/preprocess, with: {model: f, specialize: cluster.key}}\n',
  };
  it.each(Object.entries(named))('named as %s is refused', async (_, text) => {
    const folder = projectWith({ f: '1', 'cluster.key': '{}' });
    symlinkSync('cluster.key', join(folder, 'linked'));
    const name = text.includes('linked') ? 'linked' : 'cluster.key';
    expect(problems((await runEngine(folder, text)).events)).toEqual([
      expect.objectContaining({
        code: 'file/secret',
        message: `${name} holds a key, which is never an input`,
      }),
    ]);
  });
});

describe('an input that is no regular file is refused, and never read', () => {
  const irregular = (folder: string) => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('/dev/zero', join(folder, 'device'));
  };
  const stages = (file: string) => [
    `{kind: finn/preprocess, with: {model: ${file}}}`,
    `{kind: finn/preprocess, with: {model: folder/f, specialize: ${file}}}`,
  ];

  it.each([
    ['pipe', 'pipe is not a regular file that can be read'],
    ['device', 'device is not a regular file that can be read'],
    ['folder', 'folder is a folder, and a file is expected'],
  ])('%s', async (file, message) => {
    for (const stage of stages(file)) {
      const folder = projectWith({ 'folder/f': '1' });
      irregular(folder);
      const { events } = await runEngine(folder, `version: 1\nstages:\n  a: ${stage}\n`);
      expect(problems(events)).toEqual([
        expect.objectContaining({
          code: 'file/unsupported',
          message,
        }),
      ]);
    }
  });

  it('a JSON file may not be nested without end', async () => {
    for (const depth of [101, 20_000, 200_000]) {
      const folder = projectWith({ m: '1', 'f.json': '{"a":'.repeat(depth) + '1' + '}'.repeat(depth) });
      const text =
        'version: 1\nstages:\n  a: {kind: finn/preprocess, with: {model: m, specialize: f.json}}\n';
      expect(problems((await runEngine(folder, text)).events)).toEqual([
        expect.objectContaining({
          code: 'file/bad-json',
          message: 'f.json is nested in more than 100 levels',
        }),
      ]);
      expect(statSync(join(folder, 'f.json')).size).toBeGreaterThan(depth);
    }
  });
});

it('what this program and git keep in a folder is no input at any depth, unless it is named itself', async () => {
  const folder = projectWith({
    'sub/file': '1',
    'sub/.pipeline/ledger.json': '1',
    'sub/deep/.git/HEAD': 'ref',
    'sub/deep/.gitignore': 'x',
    'sub/module/.git': 'gitdir: ../../.git/modules/module',
    'sub/module/.pipeline.txt': '',
  });
  // In another environment, so that none of them finds the result of another.
  const listing = async (inputs: string, turn: number): Promise<string> => {
    const { events } = await runEngine(
      folder,
      `version: 1\nstages:\n  a: {kind: shell, with: {command: 'cd in/files && find * -type f | sort > ../../out/o && cat ../../out/o', outputs: [o], inputs: ${inputs}, env: {TURN: '${turn}'}}}\n`,
    );
    expect(problems(events)).toEqual([]);
    return events.flatMap((event) => (event.type === 'action-output' ? [event.text] : [])).join('');
  };
  const kept = ['sub/deep/.gitignore', 'sub/file', 'sub/module/.pipeline.txt'];
  expect((await listing('[sub]', 1)).trim().split('\n')).toEqual(kept);
  expect((await listing("['sub/**']", 2)).trim().split('\n')).toEqual(kept);
  expect(await listing('[sub/deep/.git/HEAD]', 3)).toBe('sub/deep/.git/HEAD\n');
});
